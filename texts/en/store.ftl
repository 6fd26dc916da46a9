store-busy = too many writes are waiting; try again in a moment
store-locked = something that is to be changed was held by another for too long, and nothing was written: { $why }; try again later
store-closed = the program is stopping; nothing was written
store-commit_failed = the commit failed and nothing was written: { $why }
store-commit_unknown = the database went away during a commit, which may or may not have been made: { $why }
store-unreachable = the database cannot be reached: { $why }
store-panicked = "{ $name }" failed in the middle and was rolled back
store-constraint = the database refused a row: { $why }
store-moved = what is to be changed has been changed by somebody else meanwhile: look at it again
store-statement = the statement { $statement } failed: { $why }
store-column = column { $column } holds { $found }, not { $wanted }
store-unreadable = stored data cannot be read: { $why }
store-cursor_moved = the cursor "{ $name }" was moved by somebody else
store-market_fixed = the market has facts in { $present } and cannot be changed to { $wanted }
store-blob = the blobs cannot be reached: { $why }
store-read_only = the database was opened for reading only
store-again = two writes met and one has to be repeated: { $why }
store-second_writer = another sanhao{ $pid ->
    [0] {""}
   *[other] {" "}(process { $pid })
} is writing to { $dir }; stop it first, or use a command that only reads
store-no_market = there is no market in { $path }; import one first, or name another folder with --data
store-folder = { $path } cannot be used: { $why }
store-not_a_database = { $path } is not a database of Sanhao, or it is damaged: { $why }; move it away or restore a backup
store-newer = the database is newer than this program: it has the migration { $migration }, which this program does not know; use the newer program
store-older = the database is older than this program: it lacks the migration { $migration }; start `sanhao serve` or an import once, which brings it up to date
store-migration_changed = the migration { $migration } was changed after it had been run on this database; use the program that ran it
store-migration_failed = the migration { $migration } failed and was rolled back: { $why }
store-server = the PostgreSQL database cannot be used: { $why }
store-no_service = this program gives its workers no { $service }
store-no_dead_letter = there is no dead letter { $letter } that waits: look at the list again
store-alone = { $path } holds a SQLite database, on which one process works alone; several can share a PostgreSQL database (SANHAO_DATABASE)
