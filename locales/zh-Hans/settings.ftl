settings-own = 我的
settings-studio = 工作室
settings-sign-out = 退出登录
settings-password-note = 换一个新密码，其他登录随之结束。
settings-sessions-note = 在哪些地方登录着，也可以在这里结束。
settings-tokens-note = 程序能以你的名义做什么。
settings-members-note = 谁在这里，担任什么，在哪些项目里。
settings-backends = 生成服务
settings-backends-note = 谁替你起草，价钱多少。
settings-audit-note = 谁在什么时候、从哪里做了什么。
settings-backups-note = 每晚或现在，把一切存成一个文件。
once-copy = 复制
once-copied = 已复制。
profile-title = 个人资料
profile-note = 名字、语言、时区、外观和快捷键。
profile-name-help = 别人在你的作品旁看到的名字。
profile-zone-help = 时间按它显示，各市场另有各自的时区。
profile-theme = 外观
profile-theme-auto = 跟随系统
profile-theme-light = 浅色
profile-theme-dark = 深色
profile-keys = 单键快捷键
profile-keys-help = 打字时不会触发。在任何页面按 ? 查看。
profile-more = 其他设置
profile-saved = 已保存。
password-title = 密码
password-note = 设好新密码，其他登录全部结束。
password-old = 现在的密码
password-new = 新密码
password-go = 设定密码
password-changed = 新密码已生效，其他登录都已结束。
error-old-password = 这不是现在的密码。
departure-title = 离开工作室
departure-note = 你的登录和令牌立即失效，做过的东西都留下。想再进来，要由所有者放行。
departure-name = 输入“{ $name }”以确认
departure-name-help = 与个人资料里的名字一致。
departure-go = 离开工作室
departure-done = 你已离开工作室。
error-own-name = 请照个人资料里的名字原样输入。
sessions-title = 登录记录
sessions-heading = { $n ->
    [1] 目前只在这台设备登录
   *[other] 在 { $n } 个浏览器上登录着
  }
sessions-note = 十四天不用就自动退出，最长三十天。
sessions-here = 这个浏览器
sessions-unknown-agent = 没有报上名字的浏览器
sessions-seen = 最近使用：{ $when }
sessions-since = 登录于 { $when }
sessions-end = 结束
sessions-end-others = 结束其他全部
sessions-ended = 那次登录已结束。
sessions-others-ended = { $n ->
    [0] 没有其他登录。
   *[other] 已结束其他 { $n } 处登录。
  }
tokens-title = API 令牌
tokens-heading = { $n ->
    [0] 还没有程序替你办事
   *[other] 有 { $n } 个程序可以替你办事
  }
tokens-note = 令牌能做的不会比你多；撤销或你离开后即失效。
tokens-once = 新令牌
tokens-once-note = 现在就复制。只显示这一次，哪里都不留底。
tokens-name = 名称
tokens-name-help = 哪个程序要用它。
tokens-prefix = 开头
tokens-scopes = 权限
tokens-scope-read = 查看
tokens-scope-write = 创作
tokens-scope-publish = 取舍与发布
tokens-scope-admin = 管理
tokens-scope-all = 与你相同
tokens-scope-note-read = 只看，不改。
tokens-scope-note-write = 创作者能做的：选题、初稿、生成任务。
tokens-scope-note-publish = 通过、发布、选择。
tokens-scope-note-admin = 成员、生成服务、设置、操作记录。
tokens-scope-note-all = 还能新建和撤销令牌。
tokens-expires = 有效期
tokens-days-30 = 30 天
tokens-days-90 = 90 天
tokens-days-365 = 一年
tokens-days-never = 长期有效
tokens-over = 已过期
tokens-used = 最近使用
tokens-unused = 从未
tokens-new = 新建令牌
tokens-make = 生成令牌
tokens-revoke = 撤销
tokens-revoked = 令牌已撤销，持有它的程序从现在起会被拒绝。
