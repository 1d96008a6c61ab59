using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>What a person does on the page again and again.</summary>
internal sealed class PageHand(Tab tab, CancellationToken cancellationToken)
{
    /// <summary>Sends a command from the palette; options that are not asked for are added, the first suggestion is taken.</summary>
    public async Task CommandAsync(string command, params (string Option, string Word)[] options)
    {
        await tab.EvaluateAsync("document.getElementById('composer').focus()", cancellationToken);
        // The bot may still be registering them.
        await tab.TypeAsync(command, cancellationToken);
        await tab.UntilAsync($"document.querySelector('.composer [role=option][aria-selected=true] .option-label')?.innerText === {Quote(command)}", cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
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

            await tab.TypeAsync(word, cancellationToken);
            await tab.UntilAsync($"document.querySelector('.composer [role=option]')?.innerText.includes({Quote(word)})", cancellationToken);
            await tab.KeysAsync(cancellationToken, "Enter");
        }

        await tab.UntilAsync("document.activeElement.className.includes('more-options')", cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
    }

    public async Task ChooseAsync(string select, string label)
    {
        await tab.ClickAsync(select, "", cancellationToken);
        await tab.TypeKeysAsync(label, cancellationToken);
        await tab.KeysAsync(cancellationToken, "Enter");
    }

    /// <summary>Writes into a field in place of what stands there.</summary>
    public async Task FillAsync(string input, string text)
    {
        await tab.EvaluateAsync($"(() => {{ const one = document.querySelector({Quote(input)}); one.focus(); one.select(); }})()", cancellationToken);
        await tab.TypeAsync(text, cancellationToken);
    }

    /// <summary>Presses every tile of a kind until the world has none of it.</summary>
    public async Task DigAsync(string kind)
    {
        await tab.EvaluateAsync($"[...document.querySelectorAll('.map')][0].querySelectorAll('.tile.{kind}').forEach(one => one.click())", cancellationToken);
        await tab.UntilAsync($"document.querySelector('.map') && !document.querySelector('.map').querySelector('.tile.{kind}')", cancellationToken);
    }

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
