# Sourced from the root of the repository. `tools` is the absolute path of a folder of real tools, or empty:
#   tools/install PROGRAM… · tools/kubernetes (a control plane) · compose-rig/rig (a Docker engine)
tools=${LOCKSTEP_TOOLS-../shared}
[ -d "$tools" ] && tools=$(cd "$tools" && pwd) || tools=

# The rig builds images with the machine's own npm, which belongs to the machine's own Node.js.
machine_path=$PATH
rig() { PATH=$machine_path "$tools/compose-rig/rig" "$@"; }

# Programs of node_modules: npx takes a second of CPU for each.
PATH=$PWD/node_modules/.bin:$PATH

# need PROGRAM [PACKAGE]: ends the script unless the program is on the PATH or can be installed.
need() {
  command -v "$1" >/dev/null || [ -z "$tools" ] || "$tools/tools/install" "${2:-$1}" || true
  command -v "$1" >/dev/null || { echo "skipped: no $1"; exit 0; }
}
