"""The place is safe to type into: backups, restore, keys, damage, full disks, drafts."""
