"""Two tenants side by side: nothing of the one can be seen, counted or changed from the other, by any route."""
