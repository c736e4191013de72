/** Texts of messages to the whole class, on both sides. */
export const notices = {
  notices: {
    list: '全班消息',
    all: '全部消息',
    bell: '全班消息，{n} 条未读',
    none: '还没有消息',
    noneText: '老师发给全班的话会留在这里。',
    close: '知道了',
    write: '给全班发消息',
    writeLabel: '消息内容',
    example: '例如：9:40 在教室前面集合，先暂停手上的操作。',
    hint: '每个学员打开的页面上马上看到，不用刷新。',
    count: '{n} / {most}',
    send: '发给全班',
    sent: '已发给全班',
    sentList: '发过的消息',
    nothingSent: '还没有发过消息',
    withdraw: '撤回',
    withdrawn: '已撤回',
    askWithdraw: '撤回以后，这条消息马上从学员的页面上消失。',
    keep: '不撤回',
  },
}
