exchange-ask = the facts cannot be asked: { $why }
