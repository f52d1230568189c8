slots-title = 时段
slots-heading = { $n ->
    [0] 还没有时段
   *[other] { $n } 个时段
  }
slots-note = 每个频道固定在什么时候发，按观众那边的钟表算。有时段不等于会发，内容由你放进去。
slots-empty = 定好时段，通过的稿子一键就能排到最近的空档。
slots-new = 新增时段
slots-channel = 频道
slots-channel-help = 发到哪里。
slots-days = 星期
slots-time = 时间
slots-time-help = 观众当地的钟点，夏令时切换也不会漂移。
slots-queue = 用途
slots-queue-help = 留给哪类内容，例如“短剧”。留空表示什么都行。
slots-daily = 每天
slots-more = 自定规则、时区、开始日期
slots-rule = 规则（RFC 5545）
slots-rule-help = 填了就不看上面的星期。支持 DAILY、WEEKLY、MONTHLY，可加 INTERVAL、BYDAY、BYMONTHDAY、UNTIL 或 COUNT。当月没有那一天就跳过。
slots-zone-help = 留空则用频道的时区。
slots-starts = 从哪天开始
slots-starts-help = 留空则从今天开始。
slots-create = 加上时段
slots-remove = 移除
slots-created = 时段已加上。
slots-removed = 时段已移除，排好的内容不受影响。
slots-filled = 已排到 { $time }。
slots-none-free = 这个频道没有空时段
slots-none-free-next = 去“时段”里加一个，或者自己选时间。
error-rule = 至少选一天，或写一条规则，例如 FREQ=WEEKLY;BYDAY=MO,TH。
error-rule-too-often = 时段只能按天、按周或按月重复，不能按小时或按秒。
error-rule-ends-first = 规则还没开始就结束了。
error-rule-never = 这条规则哪一天都落不到。
error-time = 写成 19:30 这样的时间。
error-day = 写成 2026-12-01 这样的日期。
