terms-bad_file = 第 { $line } 行：{ $what }
