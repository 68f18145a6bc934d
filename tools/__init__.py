"""Programs for whoever works on the project: setting up, looking at pictures. Nothing here is shipped."""
