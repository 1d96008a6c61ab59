using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Guilds;

/// <summary>Puts this folder's classes together.</summary>
internal static class GuildRegistration
{
    public static void AddGuilds(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SettingReads(provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<ServiceOptions>()));
        services.AddSingleton(provider => new SettingChanges(provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<SettingReads>()));
        services.AddSingleton(provider => new GuildClaim(provider.GetRequiredService<SettingReads>(), provider.GetRequiredService<SettingChanges>()));
        services.AddSingleton(provider => new GuildServers(
            provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<SettingReads>(), provider.GetRequiredService<ServerReads>()));
        services.AddSingleton(provider => new Confirms(provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PostedMessages(provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AuditLog(provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<TimeProvider>()));
    }
}
