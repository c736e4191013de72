#!/bin/sh
# Makes .venv and installs what the named lock file pins: sh app/bootstrap.sh run|dev|e2e
# Needs a Python ≥ 3.11 and nothing else. A stamp keyed by lock, project file, folder and Python skips work already done.
set -eu
cd "$(dirname "$0")/.."
set_name=${1:?run, dev or e2e}
case $set_name in
  run) covered="run" ;;
  dev) covered="run dev" ;;
  e2e) covered="run dev e2e" ;;
  *) echo "unknown set: $set_name" >&2; exit 2 ;;
esac

# What is only worth showing to a person goes to descriptor 3.
if [ -t 1 ]; then exec 3>&1; else exec 3>/dev/null; fi

say() { printf '%s\n' "$*"; }
fail() { printf '\n%s\n' "$@" >&2; exit 1; }

# What an installation depends on; a moved checkout or an upgraded Python changes it too.
fingerprint() {
  { cat "requirements/$1.txt" requirements/build.in pyproject.toml
    pwd -P
    readlink -f .venv/bin/python 2>/dev/null || true
  } | cksum
}

is_done() {
  [ -x .venv/bin/python ] && [ -f ".venv/kaidian-$1.stamp" ] && [ "$(cat ".venv/kaidian-$1.stamp")" = "$(fingerprint "$1")" ]
}

# Prints the first Python that is new enough and able to make a virtual environment.
find_python() {
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    "$candidate" -c 'import ctypes, ensurepip, ssl, venv' 2>/dev/null && { echo "$candidate"; return; }
    incomplete=$candidate
  done
  if [ -n "${incomplete:-}" ]; then
    fail "找到了 $incomplete，但缺少 venv 组件。请先安装，例如：sudo apt install python3-venv" \
         "Found $incomplete, but its venv and ensurepip modules are missing. Try: sudo apt install python3-venv"
  fi
  fail "没有找到 Python 3.11 或更新的版本。请先安装，例如：sudo apt install python3 python3-venv" \
       "No Python 3.11 or newer was found. Install one, for example: sudo apt install python3 python3-venv"
}

# Runs pip; a terminal sees what is being downloaded, a failure shows everything.
install() {
  log=.venv/install.log
  { .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off "$@" 2>&1 \
      || echo "kaidian-install-failed"; } | tee -a "$log" \
    | awk '/^ *Downloading /{ sub(/^ *Downloading /, ""); printf "\r\033[K    %s", $0; fflush() } END { printf "\r\033[K" }' \
    >&3
  if [ "$(tail -n 1 "$log")" = "kaidian-install-failed" ]; then
    sed '$d' "$log" >&2
    fail "安装没有成功，原因见上。网络不通时请检查代理或镜像设置（pip config list），然后重试。" \
         "The installation failed, see above. Check network, proxy or mirror (pip config list) and try again."
  fi
}

is_done "$set_name" && exit 0

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  say "[准备 1/2] 创建虚拟环境 .venv（$("$python" --version)）"
  rm -rf .venv
  "$python" -m venv .venv
else
  say "[准备 1/2] 虚拟环境 .venv 已有（$(.venv/bin/python --version)）"
fi
say "[准备 2/2] 安装依赖 requirements/$set_name.txt（首次需下载，之后跳过）"
rm -f .venv/install.log
install --require-hashes -r "requirements/$set_name.txt"
install --no-deps --no-build-isolation -e .
for name in $covered; do fingerprint "$name" >".venv/kaidian-$name.stamp"; done
