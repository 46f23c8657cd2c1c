import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderGraphPage } from "../../../../compiler/5-emit/graph/page/render-page.ts";
import { chromium, inPage, openPage, startBrowser } from "./support/open-page.ts";
import { compiledExample, pictureOf } from "./support/pictures.ts";

const inChromium = test.skipIf(chromium === undefined);
const patience = 300_000;

let browser: Browser | undefined;
beforeAll(async () => {
  if (chromium === undefined) console.info("no Chromium found: the graph's page is not tested in a browser");
  else browser = await startBrowser();
}, patience);
afterAll(() => browser?.close());

async function opened(file: string, model: string) {
  const compiled = compiledExample(file, model);
  return { compiled, ...(await openPage(browser as Browser, renderGraphPage(pictureOf(compiled)))) };
}

/** What the page shows: ids of parts with the focus, unfolded, and reached by the selected loss. */
function shown(
  page: Page,
): Promise<{ focus: string; items: string[]; reached: string[]; status: string; wide: boolean }> {
  return inPage(
    page,
    `(() => {
      const owners = [...document.querySelectorAll(".reached[data-owners]")].flatMap((part) => part.dataset.owners.split(" "));
      const { item, loss } = document.activeElement?.dataset ?? {};
      return {
        focus: item ?? (loss === undefined ? "" : "loss " + loss),
        items: [...document.querySelectorAll("[data-item]")].map((part) => part.dataset.item),
        reached: owners,
        status: document.getElementById("status").textContent,
        wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      };
    })()`,
  );
}

function focus(page: Page, selector: string): Promise<void> {
  return inPage(page, `document.querySelector(${JSON.stringify(selector)}).focus()`);
}

const run = "stage[1].block[1]…stage[1].block[3]";

inChromium(
  "a click or Enter unfolds a run of blocks, then a block, and Escape folds all",
  async () => {
    const { page, complaints } = await opened("resnet32-infopro", "resnet32_infopro");
    expect((await shown(page)).items).toContain(run);
    await page.click(`[data-item="${run}"]`);
    const units = (await shown(page)).items;
    expect(units).toEqual(expect.arrayContaining(["stage[1].block[1]", "stage[1].block[2]", "stage[1].block[3]"]));
    await focus(page, '[data-item="stage[1].block[2]"]');
    await page.keyboard.press("Enter");
    const inside = '[data-item="stage[1].block[2]"] .inside .node';
    expect(await inPage(page, `document.querySelectorAll('${inside}').length`)).toBe(5);
    expect((await shown(page)).focus).toBe("stage[1].block[2]");
    expect((await shown(page)).wide).toBe(false);
    await page.keyboard.press("Escape");
    expect((await shown(page)).items).not.toContain("stage[1].block[2]");
    await page.click(`[data-item="${run}"]`);
    await page.click(`[data-handle]`);
    expect((await shown(page)).items).not.toContain("stage[1].block[2]");
    expect(complaints).toEqual([]);
    await page.close();
  },
  patience,
);

inChromium.each([
  ["resnet32-mlaan", "resnet32_mlaan"],
  ["resnet32-contsup", "resnet32_contsup"],
  ["simple-dcl", "adaptive"],
])(
  "in %s selecting a loss highlights exactly what the isolation matrix says",
  async (file, model) => {
    const { page, compiled, complaints } = await opened(file, model);
    const { losses, owners, reaches } = compiled.scoped.isolation;
    for (const [row, name] of losses.entries()) {
      await focus(page, `[data-loss="${row + 1}"]`);
      await page.keyboard.press("Enter");
      const { reached, status, wide } = await shown(page);
      expect([...reached].sort()).toEqual(owners.filter((_, column) => reaches[row]?.[column]).sort());
      expect(status).toContain(name);
      expect(wide).toBe(false);
    }
    await page.keyboard.press("Escape");
    expect((await shown(page)).reached).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  },
  patience,
);

inChromium(
  "Tab follows the flow of data, arrow keys move along and between lanes",
  async () => {
    const { page } = await opened("resnet32-contsup", "resnet32_contsup");
    const order: string[] = [];
    for (let presses = 0; presses < 9; presses++) {
      await page.keyboard.press("Tab");
      order.push((await shown(page)).focus);
    }
    expect(order).toEqual([
      ...["stem", "stage[1].block[1]", "head[1]", "loss 1"],
      ...["context[2]", "stage[1].block[2]", "stage[1].block[3]", "head[2]", "loss 2"],
    ]);
    await focus(page, '[data-item="stage[1].block[2]"]');
    const visited: string[] = [];
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowLeft"] as const) {
      await page.keyboard.press(key);
      visited.push((await shown(page)).focus);
    }
    expect(visited).toEqual([
      ...["stage[1].block[3]", "stage[1].block[5]", "stage[1].block[4]", "stage[1].block[2]", "context[2]"],
    ]);
    await page.close();
  },
  patience,
);

inChromium(
  "a screen reader finds every button by a name of its own and every module as a group",
  async () => {
    const { page } = await opened("resnet32-mlaan", "resnet32_mlaan");
    const session = await page.createCDPSession();
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const named = (role: string) =>
      nodes.filter((node) => node.role?.value === role && !node.ignored).map((node) => `${node.name?.value ?? ""}`);
    const buttons = named("button");
    expect(buttons).toHaveLength(16 + 7 + 13);
    expect(new Set(buttons).size).toBe(buttons.length);
    expect(buttons.filter((name) => name === "")).toEqual([]);
    expect(named("group").filter((name) => name.startsWith("module "))).toHaveLength(8);
    expect(named("table")).toEqual(["Modules", "Losses and what they train"]);
    await page.close();
  },
  patience,
);
