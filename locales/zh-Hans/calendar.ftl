calendar-note = 本月 { $n } 条发布，{ $asking ->
    [0] 没有待处理的事项。
   *[other] { $asking } 条待人工确认。
  }
calendar-before = 上个月
calendar-after = 下个月
calendar-view = 视图
calendar-month = 月
calendar-list = 列表
calendar-mon = 一
calendar-tue = 二
calendar-wed = 三
calendar-thu = 四
calendar-fri = 五
calendar-sat = 六
calendar-sun = 日
calendar-more = 还有 { $n } 条
calendar-empty-title = 这个月还没有安排
calendar-empty = 已通过的稿子在下面等着频道和时间。
calendar-not-approved = 未通过
calendar-tray = 已通过，还没排期
calendar-cut = 这里只显示前 { $most } 条。
calendar-cut-all = 全部发布
