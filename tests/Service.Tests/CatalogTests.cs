using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class CatalogTests
{
    [Fact]
    public async Task Open_NewFolder_MigratesToTheModelAndUsesWal()
    {
        await using var bench = new DataBench();

        using var context = bench.Get<CatalogStore>().Open();

        context.Database.HasPendingModelChanges().ShouldBeFalse("a migration is missing");
        Scalar(bench, "PRAGMA user_version").ShouldBe((long)context.Database.GetMigrations().Count());
        Scalar(bench, "PRAGMA journal_mode").ShouldBe("wal");
        File.GetUnixFileMode(Path.Combine(bench.Root, "sb-data", "catalog.db")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Open_OfTheFirstVersion_IsBroughtUpToDateWithAllThatIsInIt()
    {
        await using var bench = new DataBench();
        await bench.Get<ServerStore>().AddAsync(new GameServer { Id = new ServerId("s-0123456789ab"), Name = "Survival", Containers = [] }, ServerOrigin.Command, DataBench.Cancel);
        Scalar(bench, "ALTER TABLE \"servers\" DROP COLUMN \"Ignored\"");
        Scalar(bench, "ALTER TABLE \"servers\" DROP COLUMN \"Included\"");
        Scalar(bench, "ALTER TABLE \"snapshots\" DROP COLUMN \"Players\"");
        Scalar(bench, "DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" NOT LIKE '%InitialCatalog'");
        Scalar(bench, "PRAGMA user_version = 1");
        await using var second = DataBench.Build(bench.Root, null);
        var servers = (ServerStore)second.GetService(typeof(ServerStore))!;

        var server = servers.All().ShouldHaveSingleItem();

        (server.Name, server.Ignored.Count).ShouldBe(("Survival", 0));
        (await servers.SetAsync(server.Id, ServerSetting.Ignored, ["/data/logs"], DataBench.Cancel)).ShouldBeTrue();
        servers.Get(server.Id).Ignored.ShouldBe(["/data/logs"]);
    }

    [Fact]
    public async Task Open_OfALaterVersion_RefusesAndChangesNothing()
    {
        await using var bench = new DataBench();
        bench.Get<CatalogStore>().Open().Dispose();
        Scalar(bench, "PRAGMA user_version = 99");
        await using var second = DataBench.Build(bench.Root, null);
        var store = (CatalogStore)second.GetService(typeof(CatalogStore))!;

        Should.Throw<CatalogTooNewException>(() => store.Open()).Found.ShouldBe(99);
    }

    [Fact]
    public async Task Write_ManyWritersOfTwoProcesses_LosesNothing()
    {
        await using var bench = new DataBench();
        await using var second = DataBench.Build(bench.Root, null);
        CatalogStore[] stores = [bench.Get<CatalogStore>(), (CatalogStore)second.GetService(typeof(CatalogStore))!];

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => stores[i % 2].WriteAsync(
            context =>
            {
                var row = context.Settings.FirstOrDefault(one => one.Key == "count");
                if (row is null)
                    context.Settings.Add(new SettingRow { Key = "count", Value = "1" });
                else
                    row.Value = (int.Parse(row.Value, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            },
            DataBench.Cancel))));

        using var context = stores[0].Open();
        context.Settings.Single().Value.ShouldBe("40");
    }

    [Fact]
    public async Task Watch_ChangeByAnotherProcess_IsSeenOnce()
    {
        await using var bench = new DataBench();
        await using var second = DataBench.Build(bench.Root, null);
        using var watch = bench.Get<CatalogStore>().Watch();
        watch.HasChanged().ShouldBeTrue();
        watch.HasChanged().ShouldBeFalse();

        await ((CatalogStore)second.GetService(typeof(CatalogStore))!).WriteAsync(
            context => { context.Settings.Add(new SettingRow { Key = "k", Value = "v" }); }, DataBench.Cancel);

        watch.HasChanged().ShouldBeTrue();
        watch.HasChanged().ShouldBeFalse();
    }

    [Fact]
    public async Task Read_ByHand_GivesWhatEntityFrameworkGives()
    {
        await using var bench = new DataBench();
        var store = bench.Get<CatalogStore>();
        await store.WriteAsync(
            context =>
            {
                context.Servers.Add(Fill(new ServerRow { Id = "", Name = "", Containers = "" }));
                context.Operations.Add(Fill(new OperationRow { Id = "", Kind = "", Scope = "", Request = "", RequestedBy = "" }));
                context.Incidents.Add(Fill(new IncidentRow { Id = "", ServerId = "", Cause = "", Subject = "", Detail = "" }));
                context.Holds.Add(Fill(new HoldRow { ServerId = "", Detail = "" }));
                context.Deleted.Add(Fill(new DeletedRow { Id = "", ServerId = "", Name = "", File = "" }));
                context.Samples.Add(Fill(new SampleRow()));
                context.Marks.Add(Fill(new MarkRow { Key = "", Value = "" }));
                context.Snapshots.Add(Fill(new SnapshotRow { ResticId = "", Tree = "", ServerId = "", ServerName = "", Name = "", Reason = "", CreatedBy = "", Warnings = "" }));
                context.Schedules.Add(Fill(new ScheduleRow { Id = "", Name = "", ServerId = "", Every = "", Zone = "", CreatedBy = "" }));
                context.Play.Add(Fill(new PlayRow { ServerId = "", Names = "" }));
                context.Settings.Add(Fill(new SettingRow { Key = "", Value = "" }));
                context.Audit.Add(Fill(new AuditRow { Act = "" }));
                context.Confirms.Add(Fill(new ConfirmRow { Handle = "", Request = "" }));
                context.Posted.Add(Fill(new PostedRow { Subject = "" }));
                context.Shares.Add(Fill(new ShareRow { ServerId = "" }));
            },
            DataBench.Cancel);

        using var context = store.Open();
        store.Read(Rows.Servers, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Servers.Single());
        store.Read(Rows.Operations, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Operations.Single());
        store.Read(Rows.Snapshots, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Snapshots.Single());
        store.Read(Rows.Schedules, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Schedules.Single());
        store.Read(Rows.Play, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Play.Single());
        store.Read(UpkeepRows.Incidents, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Incidents.Single());
        store.Read(UpkeepRows.Holds, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Holds.Single());
        store.Read(UpkeepRows.Deleted, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Deleted.Single());
        store.Read(UpkeepRows.Samples, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Samples.Single());
        store.Read(UpkeepRows.Marks, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Marks.Single());
        store.Read(GuildRows.Settings, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Settings.Single());
        store.Read(GuildRows.Audit, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Audit.Single());
        store.Read(GuildRows.Confirms, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Confirms.Single());
        store.Read(GuildRows.Posted, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Posted.Single());
        store.Read(GuildRows.Shares, "").ShouldHaveSingleItem().ShouldBeEquivalentTo(context.Shares.Single());
        Rows.Snapshots.Columns.Count.ShouldBe(typeof(SnapshotRow).GetProperties().Length);
    }

    /// <summary>Gives every property a value of its own.</summary>
    private static T Fill<T>(T row)
        where T : class
    {
        var number = 1;
        foreach (var property in typeof(T).GetProperties())
        {
            number++;
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object value = type == typeof(string) ? $"{property.Name} {number}" : type == typeof(bool) ? true : type == typeof(int) ? number : (object)(long)number;
            property.SetValue(row, value);
        }

        return row;
    }

    private static object? Scalar(DataBench bench, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(bench.Root, "sb-data", "catalog.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
