scorecard-past = { $card } 不能从 { $from } 起生效：它不晚于 { $now }，过完的日子分数不再变。
scorecard-already = { $card } 已经定在 { $from } 起生效。
