import { $ as zx } from 'zx/core';

/** The shell of the lab: quiet, no colours, in the C locale, whatever the user's environment says. Arguments are quoted by zx. */
export const $ = zx({
  quiet: true,
  verbose: false,
  shell: '/bin/bash',
  prefix: 'set -euo pipefail;',
  env: { PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`, HOME: '/root', LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
});
