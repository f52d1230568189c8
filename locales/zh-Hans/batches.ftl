# 批次
batches-title = 批次
batches-note = 同一件事，一次交给多个选题、多种语言、多条提示词。先看价钱，再开始。
batches-empty = 还没有批次。选好选题、语言和提示词，每种组合就是一个生成任务。
batches-new = 新建批次
batches-new-title = 这一批要起草什么？
batches-new-note = 每个选题、每种语言、每条提示词组成一格。看到价钱之前，什么都不会发出。
batches-no-ideas = 批次从选题开始。先写一个，或起草十二个。
batches-batch = 批次
batches-name = 名称
batches-name-help = 可以不填。
batches-locales = 语言
batches-locales-help = 不选则各按选题自己的语言。
batches-prompts-help = 不选则用正式版提示词。选多条时各自起草，方便对比。
batches-count = 每格起草几份
batches-count-help = 1 到 60，不填为 1
batches-plan = 先看价钱
batches-of = { $n } 格
batches-cells = 格数
batches-drafts = 计划起草
batches-estimate = 预计费用
batches-spent = 已花费
batches-progress = 进度
batches-so-far = { $of } 格中已结束 { $done } 格。
batches-made = { $n ->
    [0] 还没有初稿。
   *[other] { $n } 份初稿。
  }
batches-left = 大约还要 { $n } 秒。
batches-matrix = 选题 × 语言与提示词
batches-start = 开始
batches-pause = 暂停
batches-resume = 继续
batches-stop = 停止
batches-said-running = 批次正在运行。
batches-said-paused = 已暂停。正在生成的仍会收下。
batches-said-stopped = 已停止。已起草的都会保留。
batches-not-from-here = 这个批次现在不能这样操作
batches-not-from-here-next = 可能有人先了一步，请再看一眼。
batches-error-no-idea = 请至少选一个选题。
batches-error-cells = 一共 { $n } 格，一个批次最多 { $max } 格。
batch-state-planned = 待开始
batch-state-running = 运行中
batch-state-paused = 已暂停
batch-state-done = 已完成
batch-state-stopped = 已停止
run-state-planned = 等待中
