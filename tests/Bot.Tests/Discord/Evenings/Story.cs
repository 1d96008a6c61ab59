using System.Text;
using System.Text.RegularExpressions;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>
/// Writes down what people did and what they saw, in order, as a person would tell it, and holds it against how it was told before. Times, ids,
/// sizes and durations are not the same twice, so in the kept text they have no figures; SNAPSHOTBOT_TEST_STORIES names a folder that gets
/// the text with them.
/// </summary>
internal sealed partial class Story(StandIn discord, string title, CancellationToken cancellationToken)
{
    // As much of the end of a story that broke off as a person reads.
    private const int Shown = 12_000;

    private readonly StringBuilder _text = new("# " + title + "\n");
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public Guild Guild { get; set; } = discord.World.Guilds[0];

    /// <summary>What stands for something that is called differently every time.</summary>
    public void Call(string text, string name) => _names[text] = name;

    /// <summary>What happens outside of Discord.</summary>
    public void Tell(string what) => _text.Append("\n— ").Append(what).Append('\n');

    public Actor As(string person) => discord.As(Guild.Person(person), Guild.Channels[0]);

    /// <summary>Somebody where a message is.</summary>
    private Actor At(string person, Post? on) => on is null ? As(person) : As(person).In(on.Channel);

    /// <summary>Somebody sends a command and reads its answer.</summary>
    public async Task<Post> CommandAsync(string person, string command, params (string Name, object Value)[] options)
    {
        var given = string.Concat(options.Select(option => $" {option.Name}:{option.Value}"));
        return await AnsweredAsync(person, $"/{command}{given}", null, () => As(person).Command(command, options));
    }

    public async Task<Post> ClickAsync(string person, Post on, string button) =>
        await AnsweredAsync(person, $"presses ({button})", on, () => At(person, on).Click(on, button));

    public async Task<Post> SelectAsync(string person, Post on, string select, params string[] values) =>
        await AnsweredAsync(person, $"chooses in ‹{select}›: {string.Join(", ", values)}", on, () => At(person, on).Select(on, select, values));

    /// <summary>Somebody presses what opens a form, fills it in and reads the answer.</summary>
    public async Task<Post> FormAsync(string person, Post on, string button, params (string Field, object Value)[] fields)
    {
        var form = await OpenAsync(person, on, button);
        return await SubmitAsync(person, form, fields);
    }

    public async Task<Exchange> OpenAsync(string person, Post on, string button)
    {
        var opened = await As(person).AnswerAsync(At(person, on).Click(on, button), cancellationToken);
        Write($"{person} presses ({button})", PostText.OfModal(opened.Modal.ShouldNotBeNull($"'{button}' opened no form: {opened.Answer?.Text}")));
        return opened;
    }

    public async Task<Exchange> OpenByAsync(string person, Post on, string select, string value)
    {
        var opened = await As(person).AnswerAsync(At(person, on).Select(on, select, value), cancellationToken);
        Write($"{person} chooses in ‹{select}›: {value}", PostText.OfModal(opened.Modal.ShouldNotBeNull($"'{value}' opened no form: {opened.Answer?.Text}")));
        return opened;
    }

    public async Task<Post> SubmitAsync(string person, Exchange form, params (string Field, object Value)[] fields) => await AnsweredAsync(
        person, "sends the form" + string.Concat(fields.Select(field => $" · {field.Field}: {field.Value}")), form.On, () => At(person, form.On).Submit(form, fields));

    /// <summary>Waits for a message that all see, wherever it is, and writes it down as it is then.</summary>
    public Task<Post> SeesAsync(string text) => SeesAsync(post => post.Text.Contains(text, StringComparison.Ordinal));

    public async Task<Post> SeesAsync(Func<Post, bool> which)
    {
        var post = await discord.WaitAsync(
            () => Guild.Channels.SelectMany(channel => channel.Posts).LastOrDefault(post => post.OnlyFor is null && post.Author is null && which(post)), cancellationToken);
        Show(post);
        return post;
    }

    /// <summary>Waits until a message says something, and writes down what it says then.</summary>
    public async Task UntilAsync(Post post, string text)
    {
        _ = await discord.WaitAsync(() => post.Text.Contains(text, StringComparison.Ordinal) ? post : null, cancellationToken);
        Show(post);
    }

    /// <summary>Writes a message down as it is now.</summary>
    public void Show(Post post)
    {
        var rung = post.Body["mention_roles"]?.AsArray().Select(role => $"<@&{role}>").ToList() ?? [];
        Write($"all see in <#{post.Channel.Id}>" + (rung.Count > 0 ? $", and {string.Join(", ", rung)} is rung" : ""), PostText.Of(post.Body));
    }

    /// <summary>Holds the story against how it was told before.</summary>
    public void Ends(string name)
    {
        var raw = Named(_text.ToString());
        if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_STORIES") is { Length: > 0 } folder)
        {
            _ = Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name + ".txt"), raw);
        }

        Golden.ShouldMatch(Plain(raw), $"evenings/{name}.txt");
    }

    /// <summary>It did not come to its end: what was told, what everybody saw last and what the bot logged, for whoever looks into it.</summary>
    public void BreaksOff(string log)
    {
        var posts = string.Join('\n', discord.World.Guilds.SelectMany(guild => guild.Channels).SelectMany(channel => channel.Posts).Select(post => PostText.Of(post.Body)));
        var all = $"{Named(_text.ToString())}\n\n=== posts\n{posts}\n\n=== log\n{log}";
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine(all[Math.Max(0, all.Length - Shown)..]);
        if (Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_STORIES") is { Length: > 0 } folder)
        {
            _ = Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "broken-off.txt"), all);
        }
    }

    private async Task<Post> AnsweredAsync(string person, string what, Post? on, Func<Exchange> act)
    {
        var edits = on?.Edits ?? 0;
        var exchange = act();
        var post = await As(person).ReadAsync(exchange, cancellationToken);
        if (exchange.AnswersInPlace && on is not null)
        {
            // The card is to change, or something is said beside it.
            _ = await discord.WaitAsync(() => on.Edits > edits || exchange.FollowUps.Count > 0 ? on : null, cancellationToken);
            post = exchange.FollowUps is [var beside, ..] ? beside : on;
        }

        Write($"{person} {what}", PostText.Of(post.Body), post.OnlyFor is null ? "" : $"only {person} sees:\n");
        return post;
    }

    private void Write(string what, string shown, string who = "") => _text.Append("\n▸ ").Append(what).Append('\n').Append(who).Append(shown);

    private string Named(string text)
    {
        text = Escaped().Replace(text, "${mark}");
        foreach (var (from, to) in _names.OrderByDescending(pair => pair.Key.Length))
        {
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        foreach (var guild in discord.World.Guilds)
        {
            foreach (var role in guild.Roles)
            {
                text = text.Replace($"<@&{role.Id}>", "@" + role.Name, StringComparison.Ordinal);
            }

            foreach (var channel in guild.Channels)
            {
                text = text.Replace($"<#{channel.Id}>", "#" + channel.Name, StringComparison.Ordinal);
            }
        }

        foreach (var person in discord.World.People)
        {
            text = text.Replace($"<@{person.Id}>", "@" + person.Name, StringComparison.Ordinal);
        }

        return text;
    }

    private static string Plain(string text)
    {
        text = Timestamp().Replace(text, match => $"<t:{match.Groups["style"].Value}>");
        text = Link().Replace(text, "‹link›");
        text = Id().Replace(text, "‹id›");
        text = ReadBack().Replace(text, "");

        // Whether a moment of play was missed depends on how busy the machine is.
        text = text.Replace(", perhaps more: not all of the time is known", "", StringComparison.Ordinal);
        text = Share().Replace(text, "# %");
        text = Others().Replace(text, "");
        text = ShortId().Replace(text, "-# id ‹id›");
        text = Date().Replace(text, "‹date›");
        text = Size().Replace(text, "# ${unit}");
        return Duration().Replace(text, "# ${unit}");
    }

    [GeneratedRegex(@"<t:\d+:(?<style>\w)>", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"\\(?<mark>[^\w\s])", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"https://discord\.com/channels/\d+/\d+/\d+", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(s-)?[0-9a-f]{12}\b|\b[0-9a-f]{16}\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Id();

    // Upkeep reads the newest snapshot back when it comes to it.
    [GeneratedRegex(@" · read back <t:\w>", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ReadBack();

    [GeneratedRegex(@"\b\d+(\.\d+)? %", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Share();

    // Containers of other tests on the same engine, which are offered here too.
    [GeneratedRegex(@" / t[0-9a-f]{8}-[\w.-]+|t[0-9a-f]{8}-[\w.-]+ / ", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Others();

    [GeneratedRegex(@"-# id [0-9A-F]{4}\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ShortId();

    [GeneratedRegex(@"\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d:\d\d\b|\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} \w{3} \d{4} \d\d:\d\d", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Date();

    [GeneratedRegex(@"\b\d[\d,]*(\.\d+)? (?<unit>B|KiB|MiB|GiB|TiB)\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Size();

    [GeneratedRegex(@"\b(\d+ h )?(\d+ min )?\d+(\.\d+)? (?<unit>s|min)\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Duration();
}
