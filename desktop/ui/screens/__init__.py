"""The pages of work; the window's written list `pages.PAGES` says which place shows which."""
