/** Texts of the entrance: codes for phones to scan. */
export const entrance = {
  entrance: {
    headline: '扫码进入开店沙盘',
    wifi: '先连上和老师电脑同一个 Wi-Fi，再扫码。微信扫码打不开时，选“在浏览器打开”。',
    scan: '扫码进入',
    orType: '或在浏览器里输入',
    setup: '① 第一次：装教学证书',
    enter: '② 装好以后：进入',
    code: '二维码，内容是 {url}',
    several: '打不开？换一个地址',
    none: '现在只有这台电脑自己能打开',
    noneText: '要让学员扫码，请在终端按 Ctrl-C 结束，再这样启动：make up ARGS="--lan"',
  },
}
