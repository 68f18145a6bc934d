"""The pages of work; the window's written list `main_window.SCREENS` says which place shows which."""
