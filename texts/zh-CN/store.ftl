store-busy = 现在人太多，请稍后再试。
store-locked = 数据正被别的程序用着，请稍后再试。
store-closed = 程序正在停，请稍后再试。
store-commit_failed = 没有存下，什么都没有动，请再试一次。
store-commit_unknown = 不确定存下了没有，请先看一眼再试。
store-unreachable = 数据库暂时连不上，请稍后再试。
store-again = 刚才有人同时改了它，请再试一次。
store-panicked = 「{ $name }」中途失败，已经撤回。
store-constraint = 数据库不收这一行：{ $why }
store-moved = 要改的东西刚被别人改过，请刷新再看。
store-statement = 语句 { $statement } 失败：{ $why }
store-column = 第 { $column } 列是 { $found }，不是 { $wanted }。
store-unreadable = 存下的数据读不懂：{ $why }
store-cursor_moved = 游标「{ $name }」被别人动过。
store-market_fixed = 商城已有 { $present } 的事实，不能改成 { $wanted }。
store-blob = 文件存储暂时用不了：{ $why }
store-read_only = 数据库是只读打开的。
store-no_market = { $path } 里没有商城：先导入一个，或用 --data 换一个目录。
store-folder = { $path } 用不了：{ $why }
store-not_a_database = { $path } 不是三好的数据库，或者坏了：{ $why }。把它移开，或恢复备份。
store-newer = 数据库比程序新：它有这个程序不认识的迁移 { $migration }。请用更新的程序。
store-older = 数据库比程序旧：缺迁移 { $migration }。运行一次 `sanhao serve` 或一次导入，就会更新。
store-migration_changed = 迁移 { $migration } 在这个数据库上跑过之后又被改了：请用当时的程序。
store-migration_failed = 迁移 { $migration } 失败，已经撤回：{ $why }
store-server = PostgreSQL 数据库用不了：{ $why }
store-second_writer = 另一个 sanhao{ $pid ->
    [0] {""}
   *[other] （进程 { $pid }）
}正在写 { $dir }：先停掉它，或用只读的命令。
store-no_service = 程序内部出错，已经记入日志。
store-no_dead_letter = 没有这件等着重发的事，刷新列表再看。
store-alone = 这里是 SQLite 数据库，只能由一个进程使用；要多个进程一起，用 PostgreSQL（SANHAO_DATABASE）。
