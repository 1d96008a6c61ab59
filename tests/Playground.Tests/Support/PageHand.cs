using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>What a person does on the page again and again.</summary>
internal sealed class PageHand(Tab tab, CancellationToken cancellationToken)
{
    /// <summary>Waits until the page is told everything, the bot has its commands registered, and is there as somebody in a channel.</summary>
    public async Task ArriveAsync(string person, string channel)
    {
        await tab.UntilAsync("document.querySelector('.map .tile.house')", cancellationToken);
        await BeAsync(person);
        await GoAsync(channel);
        await tab.UntilAsync("document.body?.dataset.commands > 0", cancellationToken);
    }

    /// <summary>Looks as somebody else.</summary>
    public async Task BeAsync(string person)
    {
        await tab.ClickAsync($".person[data-person={Quote(person)}]", "", cancellationToken);
        await tab.UntilAsync($"document.querySelector('.person[aria-checked=true]')?.dataset.person === {Quote(person)}", cancellationToken);
    }

    public async Task GoAsync(string channel)
    {
        await tab.ClickAsync(".channel", channel, cancellationToken);
        await tab.SeesAsync("h1", channel, cancellationToken);
    }

    /// <summary>Presses a button of the newest message that has one of this label.</summary>
    public Task PressAsync(string label, string message = ".message") =>
        tab.ClickAsync($"{message} .button", label, cancellationToken);

    /// <summary>All commands the palette offers.</summary>
    public async Task<IReadOnlyList<string>> CommandsAsync()
    {
        await tab.EvaluateAsync("document.getElementById('composer').focus()", cancellationToken);
        await tab.TypeAsync("/", cancellationToken);
        await tab.UntilAsync("document.querySelector('.composer [role=option]')", cancellationToken);
        var all = await tab.EvaluateAsync("[...document.querySelectorAll('.composer [role=option] .option-label')].map(one => one.innerText)", cancellationToken);
        await tab.KeysAsync(cancellationToken, "Escape", "Escape");
        return [.. all!.AsArray().Select(one => one!.GetValue<string>())];
    }

    /// <summary>Chooses a command in the palette; its first option is asked for, or whether to send it.</summary>
    public async Task TypeCommandAsync(string command)
    {
        await tab.EvaluateAsync("document.getElementById('composer').focus()", cancellationToken);
        await tab.TypeAsync(command, cancellationToken);
        await tab.UntilAsync($"document.querySelector('.composer [role=option][aria-selected=true] .option-label')?.innerText === {Quote(command)}", cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
    }

    /// <summary>Sends a command from the palette; options that are not asked for are added, the first suggestion is taken, and none for a word after a =.</summary>
    public async Task CommandAsync(string command, params (string Option, string Word)[] options)
    {
        await TypeCommandAsync(command);
        foreach (var (option, word) in options)
        {
            var asked = $"document.activeElement.dataset.option === {Quote(option)}";
            await tab.UntilAsync($"{asked} || document.activeElement.className.includes('more-options')", cancellationToken);
            if ((await tab.EvaluateAsync(asked, cancellationToken))!.GetValue<bool>() == false)
            {
                await tab.TypeAsync(option, cancellationToken);
                await tab.KeysAsync(cancellationToken, "Enter");
                await tab.UntilAsync(asked, cancellationToken);
            }

            await tab.TypeAsync(word.TrimStart('='), cancellationToken);
            if (!word.StartsWith('=') && (await tab.EvaluateAsync("document.activeElement.dataset.suggests", cancellationToken))?.GetValue<string>() == "true")
            {
                await tab.UntilAsync($"document.querySelector('.composer [role=option]')?.innerText.includes({Quote(word)})", cancellationToken);
                await tab.KeysAsync(cancellationToken, "Enter");
            }
            else
            {
                await tab.KeysAsync(cancellationToken, "Tab");
            }
        }

        await tab.UntilAsync("document.activeElement.className.includes('more-options')", cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
    }

    public async Task ChooseAsync(string select, string label)
    {
        do
        {
            // A message that is edited just then takes the press with it, as it does from a person: once more.
            await tab.ClickAsync(select, "", cancellationToken);
        }
        while (await tab.EvaluateAsync("document.querySelector('.select-button[aria-expanded=true]') !== null", cancellationToken) is not { } open || !open.GetValue<bool>());

        await tab.TypeKeysAsync(label, cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
    }

    /// <summary>Writes into a field in place of what stands there.</summary>
    public async Task FillAsync(string input, string text)
    {
        await tab.EvaluateAsync($"(() => {{ const one = document.querySelector({Quote(input)}); one.focus(); one.select(); }})()", cancellationToken);
        await tab.TypeAsync(text, cancellationToken);
    }

    /// <summary>Writes into the field of an open form that has this label.</summary>
    public async Task FillFieldAsync(string label, string text)
    {
        var find = $"[...document.querySelectorAll('[role=dialog] .field-label')].find(one => one.innerText.startsWith({Quote(label)}))";
        await tab.UntilAsync(find, cancellationToken);
        await tab.EvaluateAsync($"(() => {{ const one = document.getElementById({find}.htmlFor); one.focus(); one.select(); }})()", cancellationToken);
        await tab.TypeAsync(text, cancellationToken);
    }

    /// <summary>Puts something on the first game's map.</summary>
    public async Task BuildAsync(string tool, int column, int row)
    {
        await tab.ClickAsync(".tool", tool, cancellationToken);
        await PressUntilAsync($"[document.querySelector(\"[data-key='castle {column} {row}']\")].filter(one => !one?.classList.contains({Quote(tool.ToLowerInvariant())}))");
    }

    /// <summary>Presses every tile of a kind until the world has none of it.</summary>
    public Task DigAsync(string kind) => PressUntilAsync($"document.querySelector('.map') ? [...document.querySelectorAll('.map .tile.{kind}')] : [null]");

    /// <summary>Presses what is not yet as it should be, as a person does: again where nothing came of it, for a server is frozen now and then.</summary>
    private Task PressUntilAsync(string wrong) => tab.UntilAsync(
        $$"""
        (() => {
          const wrong = {{wrong}};
          if (wrong.length && !wrong.includes(null) && !(Date.now() - window.pressedAt < 2000)) { window.pressedAt = Date.now(); wrong.forEach(one => one.click()); }
          return !wrong.length;
        })()
        """,
        cancellationToken);

    /// <summary>Keeps the page as it is on a desk and on a phone.</summary>
    public async Task PictureAsync(string name)
    {
        await tab.PictureAsync($"{name}-1280", cancellationToken);
        await tab.SizeAsync(390, 844, cancellationToken);
        await tab.PictureAsync($"{name}-390", cancellationToken);
        await tab.SizeAsync(1280, 900, cancellationToken);
    }

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();
}
