tell-other_market = this market runs in { $zone } and { $currency }, these facts are in { $their_zone } and { $their_currency }: use an empty data folder
tell-stopped = stopped after { $told } facts: the same command completes it
tell-store = { $why }; the same command completes it
