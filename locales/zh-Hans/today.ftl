today-title = { $n ->
    [0] 暂时没有要你处理的
   *[other] 有 { $n } 件事等你拿主意
  }
