"""The local store: one SQLCipher file `thongthin.db` per data folder, stream first in every key. Only importer of SQLite in the desktop.

    database.py     open, write() = BEGIN IMMEDIATE, announcements, backup     connection.py  one encrypted connection, foreign errors translated
    schema.py       catalogue -> tables (pure)                                 growth.py      makes the file agree with the catalogue
    migrations.py   everything else of the schema: numbered, frozen            rows.py        rows of record tables
    store.py        what services call: get, save, delete, find                query.py       a Query as SQL
    outbox.py       wishes not yet granted: pending changes                    mirror.py      observations: snapshots of the server
    acts.py         what a person did in one go, and undo                      history.py     versions known here
    search.py       trigram index over every searchable field                  audit.py       checks law 1 on a whole file
    state.py        streams, identity, settings                                attachments.py contents of files
    conflicts.py    what the conflict inbox asks for                           held.py        the table of the mirror
    failures.py     what SQLite failed with, as a sentence

A row shown is always `project(last server snapshot, pending changes)`. The mirror holds a snapshot only while its record has pending changes.
"""
