scene-unknown = 没有这种来源。
scene-bad_evidence = 来源的凭据写得不对。
