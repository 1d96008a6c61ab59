using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>One page of the browser: keys and presses as a person makes them, and a look at what is there.</summary>
internal sealed class Tab(Browser browser, string session, ConcurrentQueue<string> console)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(40);

    /// <summary>Errors and warnings of its console.</summary>
    public IReadOnlyCollection<string> Console => console;

    public Task<JsonObject> SendAsync(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        browser.SendAsync(session, method, parameters, cancellationToken);

    public Task SizeAsync(int width, int height, CancellationToken cancellationToken) => SendAsync(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 },
        cancellationToken);

    public async Task<JsonNode?> EvaluateAsync(string script, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true }, cancellationToken);
        return answer["exceptionDetails"] is { } thrown
            ? throw new InvalidOperationException($"{script}: {thrown.ToJsonString()}")
            : answer["result"]?["value"]?.DeepClone();
    }

    /// <summary>Waits until a script is true of the page. The browser is asked again and again: it has no word for "tell me when".</summary>
    public async Task UntilAsync(string script, CancellationToken cancellationToken)
    {
        try
        {
            while ((await EvaluateAsync($"!!({script})", cancellationToken))?.GetValue<bool>() != true)
            {
                await Task.Delay(BetweenLooks, cancellationToken);
            }
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"Not so in time: {script}\nThe page says:\n{await TextAsync("body", CancellationToken.None)}\nConsole: {string.Join('\n', console)}", late);
        }
    }

    /// <summary>Waits for a text somewhere in what an element shows.</summary>
    public Task SeesAsync(string selector, string text, CancellationToken cancellationToken) =>
        UntilAsync($"[...document.querySelectorAll({Quote(selector)})].some(one => one.innerText.includes({Quote(text)}))", cancellationToken);

    /// <summary>Marks what stands there by now with <c>data-old</c>: what is without it came later.</summary>
    public Task MarkMessagesAsync(CancellationToken cancellationToken) =>
        EvaluateAsync("document.querySelectorAll('.message').forEach(one => one.dataset.old = '')", cancellationToken);

    /// <summary>From now on remembers all that each message says.</summary>
    public Task RememberAsync(CancellationToken cancellationToken) => EvaluateAsync(
        """
        (() => {
          window.said = new Map();
          const look = () => { for (const one of document.querySelectorAll('.message')) { const all = said.get(one.dataset.id) ?? []; if (all.at(-1) !== one.innerText) said.set(one.dataset.id, [...all, one.innerText]); } };
          new MutationObserver(look).observe(document.getElementById('log'), { childList: true, subtree: true, characterData: true });
          look();
        })()
        """,
        cancellationToken);

    /// <summary>All that one message said until it said this.</summary>
    public async Task<IReadOnlyList<string>> RememberedAsync(string end, CancellationToken cancellationToken) =>
        [.. (await EvaluateAsync($"[...said.values()].find(all => all.at(-1).includes({Quote(end)})) ?? []", cancellationToken))!.AsArray().Select(one => one!.GetValue<string>())];

    public async Task<string> TextAsync(string selector, CancellationToken cancellationToken) =>
        (await EvaluateAsync($"document.querySelector({Quote(selector)})?.innerText ?? ''", cancellationToken))?.GetValue<string>() ?? "";

    /// <summary>Types into whatever has the focus.</summary>
    public Task TypeAsync(string text, CancellationToken cancellationToken) => SendAsync("Input.insertText", new JsonObject { ["text"] = text }, cancellationToken);

    /// <summary>Types key by key, for what listens to keys.</summary>
    public Task TypeKeysAsync(string text, CancellationToken cancellationToken) => KeysAsync(cancellationToken, [.. text.Select(letter => letter.ToString())]);

    /// <summary>Presses keys one after the other: <c>Enter</c>, <c>Tab</c>, <c>ArrowDown</c>, <c>/</c> ...</summary>
    public async Task KeysAsync(CancellationToken cancellationToken, params string[] keys)
    {
        foreach (var key in keys)
        {
            foreach (var type in (string[])["keyDown", "keyUp"])
            {
                var code = key switch { "Enter" => 13, "Tab" => 9, "Escape" => 27, "ArrowDown" => 40, "ArrowUp" => 38, "ArrowRight" => 39, "ArrowLeft" => 37, "Backspace" => 8, " " => 32, "/" => 191, _ => char.ToUpperInvariant(key[0]) };
                var message = new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
                if (type == "keyDown" && (key.Length == 1 || key == "Enter"))
                {
                    message["text"] = key == "Enter" ? "\r" : key;
                }

                await SendAsync("Input.dispatchKeyEvent", message, cancellationToken);
            }
        }
    }

    /// <summary>Presses the middle of the last element that matches and shows a text.</summary>
    public async Task ClickAsync(string selector, string text, CancellationToken cancellationToken)
    {
        var find = $"[...document.querySelectorAll({Quote(selector)})].filter(one => !one.disabled && one.offsetParent !== null && one.innerText.includes({Quote(text)})).at(-1)";
        await UntilAsync(find, cancellationToken);

        // As a person does: where it stands once the page has come to rest, and nothing lies over it.
        var stand = $$"""
            (async () => {
              const one = {{find}};
              if (!one) return null;
              one.scrollIntoView({ block: 'center' });
              const middle = () => { const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
              const before = middle();
              await new Promise(done => setTimeout(done, 30));
              const after = middle();
              return String(before) === String(after) && one.contains(document.elementFromPoint(...after)) ? after : null;
            })()
            """;
        JsonNode? place;
        while ((place = await EvaluateAsync(stand, cancellationToken)) is null)
        {
            await Task.Delay(BetweenLooks, cancellationToken);
        }

        foreach (var type in (string[])["mouseMoved", "mousePressed", "mouseReleased"])
        {
            await SendAsync(
                "Input.dispatchMouseEvent",
                new JsonObject { ["type"] = type, ["x"] = place[0]!.DeepClone(), ["y"] = place[1]!.DeepClone(), ["button"] = "left", ["clickCount"] = type == "mouseMoved" ? 0 : 1 },
                cancellationToken);
        }
    }

    /// <summary>Keeps a picture of the page, where pictures are wanted.</summary>
    public async Task PictureAsync(string name, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PICTURES") is not { Length: > 0 } folder)
        {
            return;
        }

        var shot = await SendAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" }, cancellationToken);
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, name + ".png"), Convert.FromBase64String(shot["data"]!.GetValue<string>()), cancellationToken);
    }

    /// <summary>What a screen reader comes to and has no name for.</summary>
    public async Task<IReadOnlyList<string>> NamelessAsync(CancellationToken cancellationToken)
    {
        string[] spoken = ["button", "combobox", "textbox", "checkbox", "radio", "option", "link", "dialog", "gridcell", "image", "log", "navigation", "complementary"];
        var tree = await SendAsync("Accessibility.getFullAXTree", [], cancellationToken);
        return
        [
            .. tree["nodes"]!.AsArray().Where(node => node!["ignored"]?.GetValue<bool>() != true
                && spoken.Contains(node["role"]?["value"]?.GetValue<string>()) && string.IsNullOrWhiteSpace(node["name"]?["value"]?.GetValue<string>()))
                .Select(node => node!.ToJsonString()),
        ];
    }

    /// <summary>Texts whose contrast to what is behind them is less than WCAG's AA asks for.</summary>
    public async Task<IReadOnlyList<string>> PaleAsync(CancellationToken cancellationToken) =>
        [.. (await EvaluateAsync(Contrast, cancellationToken))!.AsArray().Select(one => one!.GetValue<string>())];

    /// <summary>How many pixels of the page are cut off at its right.</summary>
    public async Task<int> OverflowAsync(CancellationToken cancellationToken) => (int)Convert.ToDouble(
        (await EvaluateAsync("Math.max(0, document.documentElement.scrollWidth - innerWidth, document.getElementById('log').scrollWidth - document.getElementById('log').clientWidth)", cancellationToken))!.ToString(),
        CultureInfo.InvariantCulture);

    private const string Contrast = """
        (() => {
          const parse = text => {
            const srgb = /^color\(srgb ([^)]+)\)$/.exec(text);
            const numbers = (srgb ? srgb[1] : text.slice(text.indexOf('(') + 1, -1)).split(/[\s,/]+/).map(Number);
            const [r, g, b, a = 1] = numbers;
            return srgb ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
          };
          const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
          const light = colour => colour.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = element => {
            const layers = [];
            for (let at = element; at; at = at.parentElement) { const colour = parse(getComputedStyle(at).backgroundColor); if (colour[3] > 0) layers.push(colour); if (colour[3] === 1) break; }
            return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
          };
          const pale = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const text = walker.currentNode.data.trim();
            const element = walker.currentNode.parentElement;
            if (!text || !/\p{L}|\p{N}/u.test(text) || element.closest(':disabled, .visually-hidden, noscript, .skip, .spoiler:not(.open)') || !element.checkVisibility({ visibilityProperty: true })) continue;
            const style = getComputedStyle(element);
            const ground = behind(element);
            const [a, b] = [light(over(parse(style.color), ground)), light(ground)];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            const size = parseFloat(style.fontSize);
            const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
            if (ratio < enough) pale.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)} (${element.className})`);
          }
          return [...new Set(pale)];
        })()
        """;

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();
}
