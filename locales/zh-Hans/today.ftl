today-title-first = 先走完第一轮
today-title = { $n ->
    [0] 现在没有要你处理的
   *[other] 有 { $n } 件事等你拿主意
  }
today-start = 先看这 { $n } 份初稿
today-loop = 一轮循环
today-leg-none = 尚无记录
today-leg-minutes = { $n } 分钟
today-leg-hours = { $n } 小时
today-leg-days = { $n } 天
today-there = { $city } { $time }
today-shortlisted = 入围选题
today-of-ideas = 共 { $n } 个
today-drafted = 已起草
today-wait = { $n ->
    [0] 没有待看的
   *[other] { $n } 份待人过目
  }
today-scheduled = 已排期
today-looks = { $n ->
    [0] 没有待确认的
   *[other] { $n } 条待人工确认
  }
today-live = 已发布
today-open-experiments = { $n ->
    [0] 没有进行中的实验
   *[other] { $n } 个实验进行中
  }
today-plays = 已记心得
today-callable = { $n ->
    [0] 还没有能下结论的
   *[other] { $n } 个可以下结论
  }
today-eye = 等你过目
today-all-drafts = 全部 { $n } 份
today-eye-empty = 每份初稿都有了结论。
today-review = 审阅
today-look = 待人工确认
today-decide = 看一下
today-call = 可以下结论了
today-call-empty = 没有进行中的实验。手上有两份版本稿时，就让它们比一比。
today-experiment = 实验
today-leader = 领先
today-chance = 胜出概率
today-viewers = 观众
today-keep-going = 再等等
today-call-it = 可以定了
today-going = 即将发布
today-going-empty = 未来两天没有安排。
today-working = 正在生成
today-working-empty = 没有正在生成的内容。
job-kind-run = 正在起草
job-kind-prompts-seed = 写第一批提示词
job-kind-channels-seed = 开通首批频道
job-kind-sample-fill = 填充示例项目
job-kind-import = 读取文件
job-kind-meaning = 按含义比对
job-kind-tastes-measure = 计算品味分
job-kind-experiments-simulate = 模拟观众投票中
steps-title = 第一轮
steps-done = 已完成 { $n }／6
steps-set-up = 开办工作室
steps-set-up-note = 已完成，一切都留在这台机器上。
steps-perspective = 写下项目的立意
steps-perspective-note = 一句话定位就够，自带的每条提示词都会用到它。
steps-perspective-go = 填写全部资料
steps-ideas = 起草十二个选题
steps-ideas-note = 目前用离线的草稿模板（非 AI），免费；模板生成的内容都会注明。
steps-choose = 在选稿台上取舍
steps-choose-note = 把选题变成初稿再看稿，通过一两份就够。你的理由会用来改进下一批。
steps-choose-go = 去选稿台
steps-draft-go = 从选题起草
steps-publish = 发布到模拟频道
steps-publish-note = 模拟观众马上就看；模拟数据一律用斜纹标出，不会和真实数据混在一起。
steps-publish-go = 选一份来发布
steps-learn = 给实验下结论
steps-learn-note = 让同一批观众看两份版本稿，把学到的记下来，用于下一批。
steps-learn-go = 开一个实验
sample-name = 新耳听戏
sample-niche = 戏曲
sample-perspective = 戏曲就是敲着锣鼓讲的八卦。
sample-audience = 东南亚三十岁以下、觉得戏曲太慢的年轻人。
sample-style = 句子要短，不用老师腔。专名照观众的叫法写。结尾留一个让人想回答的问题。
today-suggestions = { $n } 条建议待看
today-suggestions-go = 去看看
today-eye-none = 还没有初稿。
steps-market = 给谁看？
steps-learn-see = 看结果
today-due = 交给你的
today-due-all = 归你看的全部
today-late = { $when }就该定了
today-due-by = { $when }到期
today-mentions = 有人提到你
today-seen = 看到了
today-narrow = 内容在变窄
today-narrow-note = 最近 20 条实际只相当于 { $vendi } 条不同的内容，远少于平时，且多由机器提出。最像的几对：
today-narrow-go = 看看哪些在重复
steps-market-help = 以后还可以再加国家。
turned-title = 你已经走完第一轮
turned-note = 从选题到心得，学到的会带进下一批。接下来可以做两件事。
turned-read = 先看新的，共 { $n } 份初稿
turned-connect = 接通会写稿的模型
