"""Stories of people at a screen: one installation with the demo, one browser, a context for each visitor."""
