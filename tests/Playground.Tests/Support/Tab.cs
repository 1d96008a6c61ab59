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
        var place = await EvaluateAsync(
            $"(() => {{ const one = {find}; one.scrollIntoView({{ block: 'center' }}); const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            cancellationToken);
        foreach (var type in (string[])["mouseMoved", "mousePressed", "mouseReleased"])
        {
            await SendAsync(
                "Input.dispatchMouseEvent",
                new JsonObject { ["type"] = type, ["x"] = place![0]!.DeepClone(), ["y"] = place[1]!.DeepClone(), ["button"] = "left", ["clickCount"] = type == "mouseMoved" ? 0 : 1 },
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

    /// <summary>How many pixels of the page are cut off at its right.</summary>
    public async Task<int> OverflowAsync(CancellationToken cancellationToken) => (int)Convert.ToDouble(
        (await EvaluateAsync("Math.max(0, document.documentElement.scrollWidth - innerWidth, document.getElementById('log').scrollWidth - document.getElementById('log').clientWidth)", cancellationToken))!.ToString(),
        CultureInfo.InvariantCulture);

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();
}
