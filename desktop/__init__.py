"""The desktop program: screens, services, storage and sync of one office's desk."""
