curate-heading = { $n ->
    [0] 选稿台上没有待定的初稿
   *[other] { $n } 份初稿等你过目
  }
curate-note = 通过、淘汰或修改。你写的理由会用来改进下一批。
curate-note-empty = 没有待决定的初稿。
curate-desk = 选稿台
curate-approve = 通过
curate-reject = 淘汰
curate-edit = 修改
curate-changes = 退改
curate-more = 再来几份像这样的
curate-withdraw = 收回通过
curate-against-parent = 和上一稿相比
curate-why = 淘汰或退改的原因
curate-reason = 理由
curate-chip-dull = 开头平淡
curate-chip-same = 内容重复
curate-chip-untrue = 不属实
curate-chip-tone = 语气不对
curate-chip-long = 太长
curate-batch = 一次定几份
curate-batch-approve = 通过所选
curate-batch-reject = 淘汰所选
curate-empty = 生成任务出的稿、人写的稿，都会到这里。
curate-decisions = 最近的决定
curate-draft = 初稿
curate-decision = 决定
curate-who = 谁
curate-when = 何时
curate-undone = 已收回
curate-none-yet = 还没有。
curate-title-approved = 已通过，可以发布
curate-title-rejected = 已淘汰
curate-title-changes_requested = 等待修改
curate-said-approved = 通过了“{ $title }”。
curate-said-rejected = 淘汰了“{ $title }”。
curate-said-changes = 已请作者修改“{ $title }”。
curate-said-undone = 已收回。
curate-said-batch = { $n ->
    [0] 这些之前就定了。
   *[other] 记下了 { $n } 个决定。
  }
curate-decided-before = “{ $title }”之前就定了。
curate-not-on-desk = 这份版本稿不在选稿台上
curate-not-on-desk-next = 它是导入或归档的，另起一稿就能接着做。
curate-nothing-to-undo = 没有可以收回的决定
curate-nothing-to-undo-next = 可能别人刚刚收回了。
curate-said-undone-batch = 收回了 { $n } 个决定。
curate-to-calendar = 给已通过的排期
curate-publish = 去发布
