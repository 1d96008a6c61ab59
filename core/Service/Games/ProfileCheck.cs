using System.Globalization;
using System.Text.RegularExpressions;

namespace SnapshotBot.Service.Games;

/// <summary>What a profile's file must hold beyond being JSON of the right shape.</summary>
internal sealed class ProfileCheck
{
    private const int LongestDeadline = 600;
    private const int LongestGrace = 3600;
    private const int LongestBoot = 3600;

    private readonly string _file;

    private ProfileCheck(string file) => _file = file;

    /// <exception cref="ProfileFaultException">The first fault found.</exception>
    public static void Check(GameProfile profile, string file) => new ProfileCheck(file).Check(profile);

    private void Check(GameProfile profile)
    {
        if (profile.Schema != GameProfile.CurrentSchema)
            throw Fault("schema", $"This program knows schema {GameProfile.CurrentSchema}, not {profile.Schema}.");
        Require(profile.Name.Length is > 0 and <= 40 && profile.Name.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-'), "name", "Use lower-case letters, digits and dashes.");
        Require(!string.IsNullOrWhiteSpace(profile.Title), "title", "It is empty.");
        Require(profile.Stop.GraceSeconds is > 0 and <= LongestGrace, "stop.graceSeconds", $"Use 1 to {LongestGrace}.");
        Require(profile.BootSeconds is > 0 and <= LongestBoot, "bootSeconds", $"Use 1 to {LongestBoot}.");
        Require(profile.Stop.Signal is null or { Length: > 0 and <= 16 } && (profile.Stop.Signal ?? "").All(char.IsAsciiLetterOrDigit), "stop.signal", "Use a name such as SIGTERM.");
        if (profile.Rcon is { } rcon)
        {
            Values(rcon.Port, "rcon.port");
            Values(rcon.Password, "rcon.password");
        }

        if (profile.Telnet is { } telnet)
        {
            Values(telnet.Port, "telnet.port");
            Values(telnet.Password, "telnet.password");
        }

        Steps(profile.Quiesce?.Hold ?? [], "quiesce.hold", profile);
        Steps(profile.Quiesce?.Release ?? [], "quiesce.release", profile);
        Require(profile.Quiesce is null or { Hold.Count: > 0 }, "quiesce.hold", "It is empty.");
        if (profile.Announce is { } announce)
            Announce(announce, profile);
        Question(profile.Players, "players", profile);
        Question(profile.Version, "version", profile);
        Question(profile.Ready, "ready", profile);
        for (var i = 0; i < profile.Parts.Count; i++)
            Part(profile.Parts[i], At("parts", i));
        Paths(profile.Secrets, "secrets");
        Paths(profile.LeaveOut, "leaveOut");
    }

    private void Announce(ProfileAnnounce announce, GameProfile profile)
    {
        Step(announce.Step, "announce.step", profile);
        var line = announce.Step.Rcon ?? announce.Step.Telnet ?? announce.Step.Console;
        var words = line is null ? announce.Step.Exec! : [line];
        Require(words.Any(word => word.Contains("{text}", StringComparison.Ordinal)), "announce.step", "Nowhere does it hold {text}.");

        // A text that starts the line could be a command of its own; a text that is the program could be any.
        Require(line is null || !line.StartsWith("{text}", StringComparison.Ordinal), "announce.step", "The line must not start with {text}.");
        Require(line is not null || !words[0].Contains('{', StringComparison.Ordinal), "announce.step", "The program must be fixed.");
    }

    private void Steps(IReadOnlyList<ProfileStep> steps, string field, GameProfile profile)
    {
        for (var i = 0; i < steps.Count; i++)
            Step(steps[i], At(field, i), profile);
    }

    private void Step(ProfileStep step, string field, GameProfile profile)
    {
        var ways = (step.Exec is null ? 0 : 1) + (step.Rcon is null ? 0 : 1) + (step.Telnet is null ? 0 : 1) + (step.Console is null ? 0 : 1);
        Require(ways == 1, field, "Give exactly one of exec, rcon, telnet and console.");
        Require(step.Exec is null or { Count: > 0 } && (step.Exec ?? []).All(word => !word.Contains('\0', StringComparison.Ordinal)), $"{field}.exec", "It names no program.");
        Require(OneLine(step.Rcon), $"{field}.rcon", "Use one line.");
        Require(OneLine(step.Telnet), $"{field}.telnet", "Use one line.");
        Require(OneLine(step.Console), $"{field}.console", "Use one line.");
        Require(step.Rcon is null || profile.Rcon is not null, $"{field}.rcon", "The profile has no rcon with port and password.");
        Require(step.Telnet is null || profile.Telnet is not null, $"{field}.telnet", "The profile has no telnet with port and password.");
        Require(step.DeadlineSeconds is > 0 and <= LongestDeadline, $"{field}.deadlineSeconds", $"Use 1 to {LongestDeadline}.");
        Expression(step.Expect, $"{field}.expect");
        Require(step.Console is null || step.Expect is null || step.AnswerIn == ProfileAnswerIn.Log, $"{field}.answerIn", "A console answers in the log: write \"log\".");
        Require(step.Repeat == ProfileRepeat.Once || step.Expect is not null, $"{field}.repeat", "Without expect there is nothing to wait for.");
    }

    private void Question(ProfileQuestion? question, string field, GameProfile profile)
    {
        if (question is null)
            return;
        var ways = (question.Protocol is null ? 0 : 1) + (question.Step is null ? 0 : 1) + (question.Env is null ? 0 : 1);
        Require(ways == 1, field, "Give exactly one of protocol, step and env.");
        if (question.Protocol is not null)
            Values(question.Port, $"{field}.port");
        if (question.Step is { } step)
            Step(step, $"{field}.step", profile);
        Require(question.DeadlineSeconds is > 0 and <= LongestDeadline, $"{field}.deadlineSeconds", $"Use 1 to {LongestDeadline}.");
        Expression(question.Count, $"{field}.count");
        Expression(question.None, $"{field}.none");
        Expression(question.Names, $"{field}.names");
        Expression(question.Text, $"{field}.text");
        Require(field != "players" || question.Protocol is not null || question.Count is not null || question.Names is not null, field, "Give count or names to find the players by.");
        Require(question.Names is null || question.Count is not null || question.None is not null, $"{field}.none", "Give what the game says when nobody is there: names alone can't tell that from an answer that is none.");
    }

    private void Part(ProfilePart part, string field)
    {
        Require(part.Word.Length is > 0 and <= 20 && part.Word.All(char.IsAsciiLetterLower), $"{field}.word", "Use lower-case letters.");
        Require(part.Paths.Count > 0, $"{field}.paths", "It is empty.");
        Paths(part.Paths, $"{field}.paths");
        Require(part.Kind != ProfilePartKind.PlayerById || part.Names is { Length: > 1 }, $"{field}.names", "Name the file that maps names to ids.");
        Require(part.Kind != ProfilePartKind.Area || part.Worlds is { Length: > 1 }, $"{field}.worlds", "Name the folder that worlds are in.");
        foreach (var dimension in part.Dimensions)
        {
            Require(dimension.Folder.Length == 0 || PathPatterns.IsPattern("/" + dimension.Folder), $"{field}.dimensions", $"'{dimension.Folder}' is no folder below a world's.");
            Require(dimension.Adds is null or { Length: <= 40 } && (dimension.Adds ?? "").All(one => char.IsAsciiLetterOrDigit(one) || one is '_' or '-'), $"{field}.dimensions", "Use letters, digits, '_' and '-' in what is added.");
        }

        Require(part.SquareSize is >= 16 and <= 65536, $"{field}.squareSize", "Use 16 to 65536.");
        Paths(part.Names is { } names ? [names] : [], $"{field}.names");
        Paths(part.Worlds is { } worlds ? [worlds] : [], $"{field}.worlds");
    }

    private void Values(IReadOnlyList<ProfileValue> values, string field)
    {
        Require(values.Count > 0, field, "It is empty.");
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i];
            Require((value.Env is null ? 0 : 1) + (value.LargestEnv is null ? 0 : 1) + (value.File is null ? 0 : 1) + (value.Value is null ? 0 : 1) == 1, At(field, i), "Give exactly one of env, largestEnv, file and value.");
            Paths(value.File is { } path ? [path] : [], $"{At(field, i)}.file");
            Expression(value.Line, $"{At(field, i)}.line");
        }
    }

    private void Paths(IReadOnlyList<string> paths, string field)
    {
        foreach (var path in paths)
            Require(PathPatterns.IsPattern(path), field, $"'{path}' is no absolute path of the container.");
    }

    private void Expression(string? text, string field)
    {
        if (text is null)
            return;
        try
        {
            _ = ProfileExpression.Of(text);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw Fault(field, error.Message);
        }
    }

    private static bool OneLine(string? text) => text is null || (text.Trim().Length > 0 && !text.Any(char.IsControl));

    private static string At(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]");

    private void Require(bool good, string field, string problem)
    {
        if (!good)
            throw Fault(field, problem);
    }

    private ProfileFaultException Fault(string field, string problem) => new(new ProfileFault(_file, field, problem));
}

/// <summary>A regular expression of a profile. It works in time that grows with the text only, whatever a file holds.</summary>
internal static class ProfileExpression
{
    public static Regex Of(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline, Regex.InfiniteMatchTimeout);
}
