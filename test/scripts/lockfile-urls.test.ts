import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { emptyRegistryUrls } from "../../scripts/lockfile-urls.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const bun = resolve("node_modules/.bin/bun");

test("bun.lockb names no registry", () => {
  const text = readFileSync("bun.lockb", "latin1");
  expect(text).toContain("node-llama-cpp");
  expect(text).not.toMatch(/https?:\/\//i);
  expect(emptyRegistryUrls(readFileSync("bun.lockb")).emptied).toBe(0);
});

test("a lockfile without addresses installs from another registry, with an empty cache", async () => {
  const folder = tempFolder();
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "bunfig.toml"), "[install]\nsaveTextLockfile = false\n");
  const dependencies = { "a-rather-long-package-name": "1.0.0" };
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", dependencies }));

  const tarball = await makeTarball(folder, "a-rather-long-package-name");
  const path = join(project, "bun.lockb");
  {
    await using first = await serveRegistry("a-rather-long-package-name", tarball);
    expect(await install(project, first.address, join(folder, "cache-1"))).toBe(0);
    const { lockfile, emptied } = emptyRegistryUrls(readFileSync(path));
    expect(emptied).toBe(1);
    expect(readFileSync(path, "latin1")).toContain(first.address);
    expect(Buffer.from(lockfile).toString("latin1")).not.toContain("http");
    writeFileSync(path, lockfile);
  }
  rmSync(join(project, "node_modules"), { recursive: true });

  await using second = await serveRegistry("a-rather-long-package-name", tarball);
  expect(await install(project, second.address, join(folder, "cache-2"), "--frozen-lockfile")).toBe(0);
  expect(second.requests).toContain("/a-rather-long-package-name/-/a-rather-long-package-name-1.0.0.tgz");

  rmSync(join(project, "node_modules"), { recursive: true });
  await using forged = await serveRegistry("a-rather-long-package-name", Buffer.concat([tarball, Buffer.from("x")]));
  expect(await install(project, forged.address, join(folder, "cache-3"), "--frozen-lockfile")).not.toBe(0);
});

test("a file that is no lockfile of this layout is refused", () => {
  expect(() => emptyRegistryUrls(Buffer.from("https://example.invalid/"))).toThrow("layout");
});

async function makeTarball(folder: string, name: string): Promise<Buffer> {
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "package.json"), JSON.stringify({ name, version: "1.0.0" }));
  const tar = spawn("tar", ["-czf", "package.tgz", "package"], { cwd: folder });
  await once(tar, "close");
  return readFileSync(join(folder, "package.tgz"));
}

interface Registry extends AsyncDisposable {
  address: string;
  requests: string[];
}

async function serveRegistry(name: string, tarball: Buffer): Promise<Registry> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (request.url?.endsWith(".tgz")) return void response.end(tarball);
    const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    const dist = { tarball: `${address}/${name}/-/${name}-1.0.0.tgz`, integrity };
    const versions = { "1.0.0": { name, version: "1.0.0", dist } };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ name, "dist-tags": { latest: "1.0.0" }, versions }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function install(cwd: string, registry: string, cache: string, ...flags: string[]): Promise<number> {
  const env = {
    ...process.env,
    BUN_INSTALL_CACHE_DIR: cache,
    BUN_CONFIG_REGISTRY: registry,
    npm_config_registry: registry,
  };
  const child = spawn(bun, ["install", "--no-progress", ...flags], { cwd, env, stdio: "ignore" });
  const [code] = await once(child, "close");
  return code;
}
