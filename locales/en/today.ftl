today-title = { $n ->
    [0] Nothing needs you yet
    [one] One thing needs you
   *[other] { $n } things need you
  }
