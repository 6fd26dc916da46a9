history-plan = { $why }
