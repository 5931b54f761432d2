"""Operations: the services that run, what is deployed to them, and what goes wrong with them."""
