using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Games;

/// <summary>What is known of one game: how its server is recognised, asked, told and put to rest. A data file; docs/profiles.md describes it.</summary>
/// <remarks>What may be left away is <c>set</c>, not <c>init</c>: the generated reader would give an absent <c>init</c> the type's default, not ours.</remarks>
internal sealed record GameProfile
{
    public const int CurrentSchema = 1;
    public const string GenericName = "generic";

    public required int Schema { get; init; }

    /// <summary>Lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The game's own name.</summary>
    public required string Title { get; init; }

    /// <summary>What it was tried on, or null: untested.</summary>
    public ProfileTrial? Tried { get; set; }

    public ProfileMatch Match { get; set; } = new();

    public ProfileRcon? Rcon { get; set; }

    public ProfileTelnet? Telnet { get; set; }

    public ProfileQuiesce? Quiesce { get; set; }

    public ProfileStop Stop { get; set; } = new();

    /// <summary>How long it may take from its start until it is up; a world that it can't load has made it end by then.</summary>
    public int BootSeconds { get; set; } = 60;

    public ProfileAnnounce? Announce { get; set; }

    public ProfileQuestion? Players { get; set; }

    public ProfileQuestion? Version { get; set; }

    public ProfileQuestion? Ready { get; set; }

    public IReadOnlyList<ProfilePart> Parts { get; set; } = [];

    /// <summary>Patterns of container paths whose content is nobody else's business: blanked in duplicates, shown to admins only.</summary>
    public IReadOnlyList<string> Secrets { get; set; } = [];

    /// <summary>Patterns of container paths that a snapshot leaves out.</summary>
    public IReadOnlyList<string> LeaveOut { get; set; } = [];

    /// <summary>The file it was read from, or null when it came with the program.</summary>
    [JsonIgnore]
    public string? File { get; set; }
}

/// <summary>What a profile was tried on.</summary>
/// <param name="Image">The image with its tag.</param>
/// <param name="Version">The game's version.</param>
internal sealed record ProfileTrial(string Image, string Version);

/// <summary>Any image, or all labels, or all variables given: then the container is this game's.</summary>
internal sealed record ProfileMatch
{
    /// <summary>Patterns of image names without tag and registry: <c>itzg/minecraft-server</c>, <c>*/valheim-server*</c>.</summary>
    public IReadOnlyList<string> Images { get; set; } = [];

    /// <summary>Labels that all have to be there, their values as patterns.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Variables that all have to be there, their values as patterns.</summary>
    public IReadOnlyDictionary<string, string> Env { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>One place to look for a value; the first that has one wins. Exactly one of env, file, value.</summary>
internal sealed record ProfileValue
{
    /// <summary>A variable of the container.</summary>
    public string? Env { get; set; }

    /// <summary>Variables of the container: the largest number among those that hold one.</summary>
    public IReadOnlyList<string>? LargestEnv { get; set; }

    /// <summary>A file in the container; <see cref="Line"/> finds the value in it, else it is the whole text.</summary>
    public string? File { get; set; }

    /// <summary>A regular expression whose first group is the value.</summary>
    public string? Line { get; set; }

    public string? Value { get; set; }

    /// <summary>Added to a number found: some games answer queries one port above the one they are told.</summary>
    public int Add { get; set; }
}

/// <summary>Where the game's RCON listens and what it wants to hear.</summary>
internal sealed record ProfileRcon
{
    public required IReadOnlyList<ProfileValue> Port { get; init; }

    public required IReadOnlyList<ProfileValue> Password { get; init; }
}

/// <summary>Where the game's console listens that it calls telnet: plain lines, a password first where there is one.</summary>
internal sealed record ProfileTelnet
{
    public required IReadOnlyList<ProfileValue> Port { get; init; }

    /// <summary>None found: it wants none.</summary>
    public required IReadOnlyList<ProfileValue> Password { get; init; }
}

/// <summary>One thing to do: exactly one of exec, rcon, telnet, console.</summary>
internal sealed record ProfileStep
{
    /// <summary>A command run inside the container, word by word: no shell looks at it.</summary>
    public IReadOnlyList<string>? Exec { get; set; }

    /// <summary>Who runs it; empty: the container's own user.</summary>
    public string User { get; set; } = "";

    /// <summary>A command for the game's RCON.</summary>
    public string? Rcon { get; set; }

    /// <summary>A line for the game's telnet console.</summary>
    public string? Telnet { get; set; }

    /// <summary>A line for the game's console, the container's standard input.</summary>
    public string? Console { get; set; }

    /// <summary>A regular expression that the answer has to fit; null takes any.</summary>
    public string? Expect { get; set; }

    /// <summary>Where the answer is: what the step itself returns, or what the container writes from then on.</summary>
    public ProfileAnswerIn AnswerIn { get; set; } = ProfileAnswerIn.Answer;

    /// <summary>Ask again every second until the answer fits.</summary>
    public ProfileRepeat Repeat { get; set; } = ProfileRepeat.Once;

    public int DeadlineSeconds { get; set; } = 10;
}

/// <summary>Where a step's answer is found.</summary>
[JsonConverter(typeof(DashedWords<ProfileAnswerIn>))]
internal enum ProfileAnswerIn
{
    Answer,
    Log,
}

/// <summary>Whether a step is repeated until it is answered as expected.</summary>
[JsonConverter(typeof(DashedWords<ProfileRepeat>))]
internal enum ProfileRepeat
{
    Once,
    UntilExpected,
}

/// <summary>How the game is asked to flush and hold its writes, and to go on.</summary>
internal sealed record ProfileQuiesce
{
    public required IReadOnlyList<ProfileStep> Hold { get; init; }

    public IReadOnlyList<ProfileStep> Release { get; set; } = [];

    /// <summary>Whether the game holds its writes until the release, or only flushes and goes on.</summary>
    public ProfileHolds Holds { get; set; } = ProfileHolds.Writes;
}

/// <summary>What a quiesce keeps a game from.</summary>
[JsonConverter(typeof(DashedWords<ProfileHolds>))]
internal enum ProfileHolds
{
    Writes,
    Nothing,
}

/// <summary>How the game stops.</summary>
internal sealed record ProfileStop
{
    /// <summary>The signal that makes it save and end; null: the image's own.</summary>
    public string? Signal { get; set; }

    /// <summary>How long saving may take before it is killed.</summary>
    public int GraceSeconds { get; set; } = 120;
}

/// <summary>How players are told something: a step with <c>{text}</c> in it.</summary>
internal sealed record ProfileAnnounce
{
    public required ProfileStep Step { get; init; }

    /// <summary>What stands for a space in the text, for games that cut it there.</summary>
    public string? Space { get; set; }
}

/// <summary>Something the game is asked: by a query protocol, or by a step whose answer is read by regular expressions.</summary>
internal sealed record ProfileQuestion
{
    public ProfileProtocol? Protocol { get; set; }

    /// <summary>The protocol's port in the container.</summary>
    public IReadOnlyList<ProfileValue> Port { get; set; } = [];

    public ProfileStep? Step { get; set; }

    /// <summary>Finds the number of players, its first group; without it the names are counted.</summary>
    public string? Count { get; set; }

    /// <summary>Finds that nobody is there, where the game says so in words.</summary>
    public string? None { get; set; }

    /// <summary>Finds names: every match's first group, cut at <see cref="Separator"/> when there is one.</summary>
    public string? Names { get; set; }

    public string? Separator { get; set; }

    /// <summary>Finds the version, its first group: in a step's answer, or in the keywords of an a2s answer.</summary>
    public string? Text { get; set; }

    /// <summary>A variable that holds the version.</summary>
    public string? Env { get; set; }

    public int DeadlineSeconds { get; set; } = 5;
}

/// <summary>The query protocols this program speaks.</summary>
[JsonConverter(typeof(DashedWords<ProfileProtocol>))]
internal enum ProfileProtocol
{
    /// <summary>Minecraft Java's server list ping, TCP.</summary>
    MinecraftPing,

    /// <summary>Bedrock's unconnected ping, UDP.</summary>
    BedrockPing,

    /// <summary>Valve's A2S_INFO and A2S_PLAYER, UDP.</summary>
    [JsonStringEnumMemberName("a2s")]
    A2S,

    /// <summary>Luanti's first packet, UDP: that it answers, nothing more.</summary>
    LuantiPing,

    /// <summary>Satisfactory's lightweight query, UDP: state and version.</summary>
    SatisfactoryQuery,
}

/// <summary>A part of the data that people know.</summary>
internal sealed record ProfilePart
{
    /// <summary>The first word people write.</summary>
    public required string Word { get; init; }

    public required ProfilePartKind Kind { get; init; }

    /// <summary>Container paths; <c>{player}</c>, <c>{uuid}</c>, <c>{world}</c> (its folder below <see cref="Worlds"/>) and <c>{square}</c> (<c>r.0.-1</c>) stand for what was named.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Players: the file that maps names to ids (Minecraft's <c>usercache.json</c>).</summary>
    public string? Names { get; set; }

    /// <summary>Areas: the folder that worlds are in.</summary>
    public string? Worlds { get; set; }

    /// <summary>Areas: where below a world's folder there are maps; none: the world's folder is the only one.</summary>
    public IReadOnlyList<ProfileDimension> Dimensions { get; set; } = [];

    /// <summary>Areas: blocks along one side of a square.</summary>
    public int SquareSize { get; set; } = 512;
}

/// <summary>A map of a world besides others: Minecraft's Nether.</summary>
internal sealed record ProfileDimension
{
    /// <summary>Its folder below the world's, <c>*</c> within a step being any text; empty: the world's own.</summary>
    public required string Folder { get; init; }

    /// <summary>What is added to the world's name to name it; null: it is named by its path below <see cref="ProfilePart.Worlds"/>.</summary>
    public string? Adds { get; set; }
}

/// <summary>What a part is found by.</summary>
[JsonConverter(typeof(DashedWords<ProfilePartKind>))]
internal enum ProfilePartKind
{
    /// <summary>Fixed paths.</summary>
    Paths,

    /// <summary>One player, by a file that maps names to ids.</summary>
    PlayerById,

    /// <summary>One player, whose files carry the name.</summary>
    PlayerByName,

    /// <summary>Squares of a world's map by coordinates.</summary>
    Area,
}
