tell-other_market = 这个商城用 { $zone } 和 { $currency }，这些事实用 { $their_zone } 和 { $their_currency }：请换一个空的数据目录。
tell-stopped = 写入 { $told } 条事实后停下：再运行同一条命令就能补完。
tell-store = { $why }；再运行同一条命令就能补完。
