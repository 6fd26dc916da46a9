exchange-ask = 查不到事实：{ $why }
exchange-rows = 表里有 { $rows } 行，一次最多 { $most } 行：请分几份上传。
exchange-sheet = 有 { $wrong } 处不对，什么都没有收：
    { $told }
