scene-unknown = "{ $word }" is not a scene: write mall, search, shop, showcase, video or live
scene-bad_evidence = "{ $word }" cannot be the evidence of a scene: write 1 to 80 small letters, digits, colons, - and _
