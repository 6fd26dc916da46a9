exchange-ask = 查不到事实：{ $why }
