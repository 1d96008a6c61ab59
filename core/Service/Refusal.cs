using System.Text.Json.Serialization;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service;

/// <summary>
/// Why something asked for is not done, as data: a closed family. Nothing was changed when one of these comes back. The sentence a person
/// reads is the caller's.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "code")]
[JsonDerivedType(typeof(ServerUnknown), "server-unknown")]
[JsonDerivedType(typeof(ServerAmbiguous), "server-ambiguous")]
[JsonDerivedType(typeof(ServerNameTaken), "server-name-taken")]
[JsonDerivedType(typeof(NameRefused), "name-refused")]
[JsonDerivedType(typeof(IgnoreRefused), "ignore-refused")]
[JsonDerivedType(typeof(ContainerUnknown), "container-unknown")]
[JsonDerivedType(typeof(ContainerAmbiguous), "container-ambiguous")]
[JsonDerivedType(typeof(ContainerTaken), "container-taken")]
[JsonDerivedType(typeof(NoContainers), "no-containers")]
[JsonDerivedType(typeof(SnapshotUnknown), "snapshot-unknown")]
[JsonDerivedType(typeof(SnapshotAmbiguous), "snapshot-ambiguous")]
[JsonDerivedType(typeof(SnapshotLocked), "snapshot-locked")]
[JsonDerivedType(typeof(SnapshotNeeded), "snapshot-needed")]
[JsonDerivedType(typeof(OperationUnknown), "operation-unknown")]
[JsonDerivedType(typeof(OperationAmbiguous), "operation-ambiguous")]
[JsonDerivedType(typeof(PathUnknown), "path-unknown")]
[JsonDerivedType(typeof(PathLeftOut), "path-left-out")]
[JsonDerivedType(typeof(PathNotAFile), "path-not-a-file")]
[JsonDerivedType(typeof(PathRefused), "path-refused")]
[JsonDerivedType(typeof(PartUnknown), "part-unknown")]
[JsonDerivedType(typeof(PartRefused), "part-refused")]
[JsonDerivedType(typeof(MapRefused), "map-refused")]
[JsonDerivedType(typeof(NoSpace), "no-space")]
[JsonDerivedType(typeof(ManagedElsewhere), "managed-elsewhere")]
[JsonDerivedType(typeof(MountUnreachable), "mount-unreachable")]
[JsonDerivedType(typeof(LayerUnreachable), "layer-unreachable")]
[JsonDerivedType(typeof(ForeignWriter), "foreign-writer")]
[JsonDerivedType(typeof(WriterStarted), "writer-started")]
[JsonDerivedType(typeof(NameInUse), "name-in-use")]
[JsonDerivedType(typeof(RunStateChanged), "run-state-changed")]
[JsonDerivedType(typeof(RemovesItself), "removes-itself")]
[JsonDerivedType(typeof(AlreadyEnded), "already-ended")]
[JsonDerivedType(typeof(SettingUnknown), "setting-unknown")]
[JsonDerivedType(typeof(SettingRefused), "setting-refused")]
[JsonDerivedType(typeof(GuildNeeded), "guild-needed")]
[JsonDerivedType(typeof(GuildNotAllowed), "guild-not-allowed")]
[JsonDerivedType(typeof(PortTaken), "port-taken")]
[JsonDerivedType(typeof(NoMemory), "no-memory")]
[JsonDerivedType(typeof(NotMadeHere), "not-made-here")]
[JsonDerivedType(typeof(TagRefused), "tag-refused")]
[JsonDerivedType(typeof(ProfileUnknown), "profile-unknown")]
[JsonDerivedType(typeof(ScheduleUnknown), "schedule-unknown")]
[JsonDerivedType(typeof(ScheduleAmbiguous), "schedule-ambiguous")]
[JsonDerivedType(typeof(FrequencyRefused), "frequency-refused")]
[JsonDerivedType(typeof(ZoneNeeded), "zone-needed")]
[JsonDerivedType(typeof(ZoneUnknown), "zone-unknown")]
[JsonDerivedType(typeof(KeepRefused), "keep-refused")]
public abstract record Refusal
{
    private Refusal()
    {
    }

    [JsonIgnore]
    public abstract EndingClass Class { get; }

    /// <summary>A port of the host is in use. <paramref name="Suggested"/> is a free one, or 0.</summary>
    public sealed record PortTaken(int Port, string Protocol, int Suggested) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A duplicate's containers may take more memory than the host has left. Sizes are bytes.</summary>
    public sealed record NoMemory(long Needed, long Free) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>Data is removed only of servers that were made here from a snapshot.</summary>
    public sealed record NotMadeHere(string Server) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>Not a name an image can have.</summary>
    public sealed record TagRefused(string Tag) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>No game profile has this name; <paramref name="Known"/> are all there are.</summary>
    public sealed record ProfileUnknown(string Name, IReadOnlyList<string> Known) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>No server has this name or id.</summary>
    public sealed record ServerUnknown(string Text) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>The id's prefix fits several servers.</summary>
    public sealed record ServerAmbiguous(string Text, IReadOnlyList<string> Candidates) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>Another server has this name already.</summary>
    public sealed record ServerNameTaken(string Name) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A path that snapshots can't leave out.</summary>
    public sealed record IgnoreRefused(string Path, IgnoreFault Fault) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A name or a note that can't be kept.</summary>
    public sealed record NameRefused(string Name, NameFault Fault) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>The engine has no container of this name or id, or a compose project has none.</summary>
    public sealed record ContainerUnknown(string Text) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>The id's prefix fits several containers.</summary>
    public sealed record ContainerAmbiguous(string Text, IReadOnlyList<string> Candidates) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>The container belongs to another server already.</summary>
    public sealed record ContainerTaken(string Container, string Server) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A server needs at least one container.</summary>
    public sealed record NoContainers : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>No snapshot has this id or name.</summary>
    public sealed record SnapshotUnknown(string Text) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>The words fit several snapshots.</summary>
    public sealed record SnapshotAmbiguous(string Text, IReadOnlyList<SnapshotCandidate> Candidates) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A locked snapshot is neither deleted nor expired until it is unlocked.</summary>
    public sealed record SnapshotLocked(string Id, string Name) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>The snapshot is the way back of a restore until the time given.</summary>
    public sealed record SnapshotNeeded(string Id, DateTimeOffset Until) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>No operation has this id.</summary>
    public sealed record OperationUnknown(string Text) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>The id's prefix fits several operations.</summary>
    public sealed record OperationAmbiguous(string Text, IReadOnlyList<string> Candidates) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>The snapshot holds nothing at this path.</summary>
    public sealed record PathUnknown(string Path) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>The server's snapshots leave the path out: what is there now could not be kept first, so a restore leaves it alone.</summary>
    public sealed record PathLeftOut(string Path) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>What is at the path has no bytes to give: a directory, a link, a device.</summary>
    public sealed record PathNotAFile(string Path, string Type) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A path that can't name anything inside a snapshot, or names a container the server does not have.</summary>
    public sealed record PathRefused(string Path) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>The snapshot has no such player, world or place; some that it has.</summary>
    public sealed record PartUnknown(string Part, string Wanted, IReadOnlyList<string> Known) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>The game has no such part, or it was not understood; how its parts are written.</summary>
    public sealed record PartRefused(string Part, string Game, IReadOnlyList<string> Usages) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A mapping of a bind mount that is not absolute, or whose old path the snapshot does not know.</summary>
    public sealed record MapRefused(string Map) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>The file system would fall below its reserve. Sizes are bytes.</summary>
    public sealed record NoSpace(string Path, long Needed, long Free, long Reserve) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>Something else runs this container (a swarm service, a panel) and would fight a restore.</summary>
    public sealed record ManagedElsewhere(string Container, string Manager) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A mount whose files can't be reached from here: not mounted now, or on another host.</summary>
    public sealed record MountUnreachable(string Container, string Target, string Source) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A container's writable layer can't be read as files; why is in <paramref name="Fault"/>.</summary>
    public sealed record LayerUnreachable(string Container, LayerFault Fault) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A running container outside the server writes the same data, and a restore would pull it from under it.</summary>
    public sealed record ForeignWriter(string Container, string Source) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A container outside the server that writes the same data was started while it was restored; everything was taken back.</summary>
    public sealed record WriterStarted(string Container, string Source) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>A container to be created again has a name that another container has taken since.</summary>
    public sealed record NameInUse(string Container) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>Something started, stopped or replaced the container while it was worked on; everything was taken back.</summary>
    public sealed record RunStateChanged(string Container) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>The container was started with <c>--rm</c>: a stop would remove it, its own files and its unnamed volumes.</summary>
    public sealed record RemovesItself(string Container) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>No setting has this name.</summary>
    public sealed record SettingUnknown(string Key, IReadOnlyList<string> Known) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A setting can't have this value.</summary>
    public sealed record SettingRefused(string Key, string Value, SettingShape Wanted) : Refusal
    {
        /// <summary>Of a time: the shortest it may be.</summary>
        public TimeSpan Least { get; init; }

        /// <summary>Of a time: the longest it may be.</summary>
        public TimeSpan Most { get; init; }

        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>The setting belongs to one guild, and which was not said.</summary>
    public sealed record GuildNeeded(string Key, IReadOnlyList<string> Allowed) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>Nobody allowed this guild.</summary>
    public sealed record GuildNotAllowed(string Guild) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>The operation had ended before it could be cancelled.</summary>
    public sealed record AlreadyEnded(string Operation) : Refusal
    {
        public override EndingClass Class => EndingClass.Refused;
    }

    /// <summary>No schedule has this name or id.</summary>
    public sealed record ScheduleUnknown(string Text) : Refusal
    {
        public override EndingClass Class => EndingClass.NotFound;
    }

    /// <summary>Several servers have a schedule of this name.</summary>
    public sealed record ScheduleAmbiguous(string Text, IReadOnlyList<string> Candidates) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A frequency that can't be used; <paramref name="Suggestion"/> is one that was probably meant, or null.</summary>
    public sealed record FrequencyRefused(string Text, FrequencyFault Fault, string? Suggestion) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>No time zone was named, and none is set; <paramref name="Suggestion"/> is this machine's, or null.</summary>
    public sealed record ZoneNeeded(string? Suggestion) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>No time zone has this IANA name; <paramref name="Suggestion"/> is one that was probably meant, or null.</summary>
    public sealed record ZoneUnknown(string Text, string? Suggestion) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }

    /// <summary>A retention that is not understood.</summary>
    public sealed record KeepRefused(string Text) : Refusal
    {
        public override EndingClass Class => EndingClass.BadInput;
    }
}

/// <summary>What is wrong with a frequency.</summary>
public enum FrequencyFault
{
    NotUnderstood,

    /// <summary>It would run more than once a minute.</summary>
    TooOften,

    /// <summary>No such moment comes within five years.</summary>
    NeverDue,
}

/// <summary>A snapshot that fits ambiguous words.</summary>
public sealed record SnapshotCandidate(string Id, string Server, string Name, DateTimeOffset CreatedAt);

/// <summary>What is wrong with a name or a note.</summary>
public enum NameFault
{
    /// <summary>Nothing but white space.</summary>
    Empty,

    /// <summary>Longer than its limit: 200 characters a name, 2,000 a note.</summary>
    TooLong,

    /// <summary>A server's name with a slash in it; <c>server/name</c> names a snapshot.</summary>
    Slash,

    /// <summary>Control characters, line breaks or half a character.</summary>
    ControlCharacters,

    /// <summary>Reads as a path step: <c>.</c> or <c>..</c>.</summary>
    PathStep,

    /// <summary>A word with a meaning of its own, as <c>now</c>.</summary>
    Reserved,

    /// <summary>Containers and volumes are to be called so, and can't be: letters, digits, <c>_</c>, <c>.</c>, <c>-</c>, 2 to 63 of them.</summary>
    NotForContainers,
}

/// <summary>Why a writable layer is left out or refused.</summary>
public enum LayerFault
{
    /// <summary>The engine keeps layers in a way that shows no upper directory.</summary>
    NoUpperDirectory,

    /// <summary>Without the right to read trusted attributes, deleted files would come back.</summary>
    TrustedAttributesHidden,

    /// <summary>With <c>metacopy</c> or <c>redirect_dir</c> the upper directory is not the difference.</summary>
    NotTheDifference,

    /// <summary>The engine's file system is not mounted here.</summary>
    NotOnThisHost,

    /// <summary>Something still mounts the layer of the stopped container.</summary>
    StillMounted,
}
