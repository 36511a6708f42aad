// Gives the bundler what the sources leave open: the embedded native files, and what packages expect around them on a disk.
import { join, relative } from "node:path";
import type { BunPlugin } from "bun";
import { type NativeFolder, readVersions } from "../../src/cli/native/native-files.ts";

export function nativeFilesPlugin(root: string, folders: readonly NativeFolder[]): BunPlugin {
  const packageDir = join(root, "node_modules", "node-llama-cpp");
  return {
    name: "kvchat-native-files",
    setup(build) {
      build.onResolve({ filter: /^#native-files$/ }, () => ({ path: "native-files", namespace: "kvchat" }));
      build.onLoad({ filter: /^native-files$/, namespace: "kvchat" }, () => ({
        loader: "js",
        contents: nativeFilesModule(folders),
      }));
      // The engine drives the native module itself: of the package's JavaScript, only the download is needed.
      build.onResolve({ filter: /^node-llama-cpp$/ }, () => ({
        path: join(packageDir, "dist/utils/resolveModelFile.js"),
      }));
      // It finds its files through the address of its modules; none of those files is needed, and none is in the binary.
      build.onLoad({ filter: /[\\/]node-llama-cpp[\\/]dist[\\/].*\.js$/ }, async ({ path }) => ({
        loader: "js",
        contents: (await Bun.file(path).text()).replaceAll(
          "import.meta.url",
          JSON.stringify(`file:///node-llama-cpp/${relative(packageDir, path).replaceAll("\\", "/")}`),
        ),
      }));
      // Asked for in a try, or for developers only.
      build.onResolve({ filter: /^(@reflink\/reflink|electron|react-devtools-core)$/ }, () => ({
        path: "nothing",
        namespace: "kvchat",
      }));
      build.onLoad({ filter: /^nothing$/, namespace: "kvchat" }, () => ({
        loader: "js",
        contents: "export default undefined; export const reflinkFile = () => { throw new Error('not available'); };",
      }));
    },
  };
}

/** The module that stands for src/cli/native/native-files.ts in the binary. */
function nativeFilesModule(folders: readonly NativeFolder[]): string {
  const paths = [...new Set(folders.flatMap((folder) => folder.files.map((file) => file.compressed)))].sort();
  const imports = paths.map((path, index) => `import f${index} from ${JSON.stringify(path)} with { type: "file" };`);
  const files = (folder: NativeFolder) =>
    folder.files.map(
      ({ name, bytes, crc32, compressed }) =>
        `{ name: ${JSON.stringify(name)}, bytes: ${bytes}, crc32: ${crc32}, compressed: f${paths.indexOf(compressed)} }`,
    );
  const entries = folders.map(
    (folder) =>
      `{ name: ${JSON.stringify(folder.name)}, contentHash: "${folder.contentHash}", files: [${files(folder).join(", ")}] }`,
  );
  return [
    ...imports,
    `export const nativeFolders = [${entries.join(",\n")}];`,
    `export const readVersions = () => (${JSON.stringify(readVersions())});`,
  ].join("\n");
}
