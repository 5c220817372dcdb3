// The preload under the name users know: `node --require spendfuse/register`.
require('@spendfuse/instrumentation/register');
