// Bundles a program as people ship it: one minified file without any node_modules beside it.
import { join } from 'node:path';
import { build } from 'esbuild';
import webpack from 'webpack';

export interface Bundling {
  /** The program, in a folder from which it finds what it imports. */
  readonly entry: string;
  /** Where the bundle goes. */
  readonly folder: string;
  /** Packages that are left beside the bundle; esbuild only. */
  readonly external?: readonly string[];
}

const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Returns the file to run. */
export type Bundler = (bundling: Bundling) => Promise<string>;

export const withEsbuild =
  (format: 'cjs' | 'esm'): Bundler =>
  async ({ entry, folder, external = [] }) => {
    const outfile = join(folder, `esbuild.${format === 'cjs' ? 'cjs' : 'mjs'}`);
    await build({
      entryPoints: [entry],
      outfile,
      format,
      bundle: true,
      external: [...external],
      minify: true,
      platform: 'node',
      target: 'node22',
      logLevel: 'silent',
      // As esbuild's users write it for what is CommonJS among their dependencies.
      banner: format === 'cjs' ? {} : { js: REQUIRE },
    });
    return outfile;
  };

export const withWebpack: Bundler = async ({ entry, folder }) => {
  const filename = 'webpack.cjs';
  const compiler = webpack({
    mode: 'production',
    target: 'node22',
    entry,
    output: { path: folder, filename },
    devtool: false,
    // Most of the time, and esbuild's are minified.
    optimization: { minimize: process.env['SPENDFUSE_TEST_LONG'] !== undefined },
  });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler?.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  if (!stats || stats.hasErrors()) throw new Error(stats?.toString({ all: false, errors: true }));
  return join(folder, filename);
};

export const bundlers: readonly (readonly [name: string, bundle: Bundler])[] = [
  ['esbuild, CommonJS', withEsbuild('cjs')],
  ['esbuild, ES module', withEsbuild('esm')],
  ['webpack, production', withWebpack],
];
