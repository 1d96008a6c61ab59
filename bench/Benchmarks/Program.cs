using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using SnapshotBot.Benchmarks;
using SnapshotBot.Benchmarks.Growth;

// dotnet run -c Release --project bench/Benchmarks                       every benchmark, short jobs
// dotnet run -c Release --project bench/Benchmarks -- --filter '*Seal*'  some of them
// dotnet run -c Release --project bench/Benchmarks -- growth BEFORE AFTER [region=16] [database=16] [general=128,512,1024]
// dotnet run -c Release --project bench/Benchmarks -- index-open make FOLDER; then -- index-open FOLDER
// dotnet run -c Release --project bench/Benchmarks -- chat-acks [SECONDS]  how long people wait for an acknowledgement, 50 a second
if (args is ["chat-acks", ..])
{
    await ChatAcks.RunAsync(50, TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20));
    return 0;
}

if (args is ["index-open", _, ..])
{
    await IndexOpen.RunAsync(args[1..]);
    return 0;
}

if (args is ["growth", var before, var after, ..])
{
    GrowthReport.Print(before, after, args[3..]);
    return 0;
}

// In the benchmark's own process: no second build, and the internals that are measured stay internal.
IConfig config = DefaultConfig.Instance
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"))
    .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
return 0;
