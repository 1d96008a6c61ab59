using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Service;
using SnapshotBot.Storage.Backends;
using Xunit;
using Assembly = System.Reflection.Assembly;

namespace SnapshotBot.Bot.Tests.Architecture;

/// <summary>The walls of docs/architecture.md. What project files can't hold is held here.</summary>
public sealed class WallTests
{
    private static readonly Assembly Bot = typeof(CommandSpec).Assembly;
    private static readonly Assembly Service = typeof(Refusal).Assembly;
    private static readonly Assembly Playground = typeof(SnapshotBot.Playground.StandIn).Assembly;
    private static readonly Assembly Storage = typeof(IBackend).Assembly;

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> All = new(() => new ArchLoader().LoadAssemblies(Bot, Service, Storage).Build());

    [Fact]
    public void Storage_References_KnowNoEngineCatalogChatOrOtherProject() =>
        References(Storage).ShouldNotContain(name => IsProject(name) || IsOf(name, "Docker.DotNet", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions.DependencyInjection", "Quartz"));

    [Fact]
    public void Service_References_KnowNoDockerClientAndNoBot() =>
        References(Service).ShouldNotContain(name => IsOf(name, "Docker.DotNet", "snapshotbot", "Spectre.Console", "System.CommandLine", "Humanizer"));

    [Fact]
    public void Bot_References_KnowNoDockerClientAndNoCatalog() =>
        References(Bot).ShouldNotContain(name => IsOf(name, "Docker.DotNet", "Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite", "Quartz"));

    [Fact]
    public void Bot_OutsideRepositoryCommands_DoesNotUseStorage() =>
        Offenders(
            type => Below(type, "SnapshotBot.Bot") && !Below(type, "SnapshotBot.Bot.Terminal.RepositoryCommands"),
            target => Below(target, "SnapshotBot.Storage"),
            except: "SnapshotBot.Bot.Terminal.TerminalHost").ShouldBeEmpty();

    /// <summary>The demo makes and removes its own throw-away server; everything else asks the service.</summary>
    [Fact]
    public void Bot_OutsideDemo_DoesNotUseTheEngine() =>
        Offenders(
            type => Below(type, "SnapshotBot.Bot") && !Below(type, "SnapshotBot.Bot.Demo"),
            target => Below(target, "SnapshotBot.Engine")).ShouldBeEmpty();

    /// <summary>A client meets the stand-in as it meets Discord; only the command that opens the page starts it.</summary>
    [Fact]
    public void Playground_IsStartedByTheDemoAndKnowsNothingOfTheRest()
    {
        References(Playground).ShouldNotContain(name => IsProject(name));
        Offenders(
            type => Below(type, "SnapshotBot.Bot") && !Below(type, "SnapshotBot.Bot.Demo"),
            target => Below(target, "SnapshotBot.Playground")).ShouldBeEmpty();
    }

    [Fact]
    public void Bot_Presentation_KnowsNoTerminal() =>
        Offenders(
            type => Below(type, "SnapshotBot.Bot.Presentation") || Below(type, "SnapshotBot.Bot.Commands"),
            target => Below(target, "SnapshotBot.Bot.Terminal") || Below(target, "Spectre") || Below(target, "System.CommandLine"),
            except: typeof(CommandList).FullName!).ShouldBeEmpty();

    /// <summary>Others may ask the context's sets; how tables look and which database it is, the catalog alone knows.</summary>
    [Fact]
    public void Service_OutsideCatalog_DoesNotUseEntityFramework() =>
        Offenders(
            type => Below(type, "SnapshotBot.Service") && !Below(type, "SnapshotBot.Service.Catalog"),
            target => Below(target, "Microsoft.EntityFrameworkCore") && target.Name != "DbSet`1").ShouldBeEmpty();

    [Fact]
    public void Service_Operations_SeeNoWorkflow() =>
        Offenders(
            type => Below(type, "SnapshotBot.Service.Operations"),
            target => Below(target, "SnapshotBot.Service.Capture") || Below(target, "SnapshotBot.Service.Restore")
                || Below(target, "SnapshotBot.Service.Snapshots")).ShouldBeEmpty();

    /// <summary>Handles reach into strangers' volumes. The repository commands hold those of the folders an admin names.</summary>
    [Fact]
    public void FileSystemHandles_AreHeldByStorageCaptureRestoreDuplicatesAndTheDataFolderOnly() =>
        Offenders(
            type => !Below(type, "SnapshotBot.Storage") && !Below(type, "SnapshotBot.Service.Capture") && !Below(type, "SnapshotBot.Service.Restore")
                && !Below(type, "SnapshotBot.Service.Duplicates") && !Below(type, "SnapshotBot.Bot.Terminal.RepositoryCommands"),
            target => Below(target, "SnapshotBot.Storage.FileSystem") && target.Name.EndsWith("Handle", StringComparison.Ordinal),
            except: "SnapshotBot.Service.DataFolder").ShouldBeEmpty();

    [Fact]
    public void Storage_FileSystem_KnowsNothingAboveButPlainRecords() =>
        Offenders(
            type => Below(type, "SnapshotBot.Storage.FileSystem"),
            target => Below(target, "SnapshotBot.Storage") && !Below(target, "SnapshotBot.Storage.FileSystem") && target.Name != "ExtendedAttribute")
            .ShouldBeEmpty();

    /// <summary>Quartz is an alarm clock. Its calendars have other rules for the changes of the clocks, so nobody asks them when something is due.</summary>
    [Fact]
    public void Quartz_IsAnAlarmClockInSchedulesOnly()
    {
        Offenders(type => !Below(type, "SnapshotBot.Service.Schedules"), target => Below(target, "Quartz")).ShouldBeEmpty();
        Offenders(
            type => Below(type, "SnapshotBot.Service.Schedules"),
            target => Below(target, "Quartz") && (target.Name.Contains("Cron", StringComparison.Ordinal) || target.Name.Contains("Calendar", StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Cronos_IsUsedInSchedulesOnly() =>
        Offenders(type => !Below(type, "SnapshotBot.Service.Schedules"), target => Below(target, "Cronos")).ShouldBeEmpty();

    [Fact]
    public void Humanizer_IsUsedInPresentationOnly() =>
        Offenders(
            type => !Below(type, "SnapshotBot.Bot.Presentation"),
            target => Below(target, "Humanizer")).ShouldBeEmpty();

    /// <summary>Guards the guard: a loader that finds nothing would make every wall look whole.</summary>
    [Fact]
    public void Loader_FindsTypesAndTheirDependencies() =>
        Offenders(type => Below(type, "SnapshotBot.Bot.Terminal.RepositoryCommands"), target => Below(target, "SnapshotBot.Storage")).ShouldNotBeEmpty();

    private static List<string> Offenders(Func<IType, bool> from, Func<IType, bool> to, string except = "") =>
    [
        .. All.Value.Types.Where(type => from(type) && type.FullName.Split('/', '+')[0] != except && Below(type, "SnapshotBot"))
            .SelectMany(type => type.Dependencies.Where(dependency => to(dependency.Target)).Select(dependency => $"{type.FullName} -> {dependency.Target.FullName}"))
            .Distinct(StringComparer.Ordinal),
    ];

    private static bool Below(IType type, string space) =>
        type.Namespace?.FullName is { } own && (own == space || own.StartsWith(space + ".", StringComparison.Ordinal));

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static bool IsProject(string name) => IsOf(name, "SnapshotBot", "snapshotbot");

    private static bool IsOf(string name, params string[] roots)
    {
        foreach (var root in roots)
        {
            if (name == root || name.StartsWith(root + ".", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
