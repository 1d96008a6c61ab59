using Shouldly;
using SnapshotBot.Service.Guilds;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class AccessTests
{
    private const ulong Guild = 100;
    private const ulong ViewerRole = 1;
    private const ulong OperatorRole = 2;
    private const ulong AdminRole = 3;

    private static GuildSettings Settings { get; } = new()
    {
        Guild = Guild,
        IsAllowed = true,
        UndoTime = TimeSpan.FromHours(24),
        Countdown = TimeSpan.FromSeconds(30),
        FreezeBudget = TimeSpan.FromSeconds(10),
        Viewer = ViewerRole,
        Operator = OperatorRole,
        Admin = AdminRole,
        Zone = TimeZoneInfo.Utc,
    };

    [Theory]
    [InlineData(null, GuildPower.None, GuildRole.None)]
    [InlineData(ViewerRole, GuildPower.None, GuildRole.Viewer)]
    [InlineData(OperatorRole, GuildPower.None, GuildRole.Operator)]
    [InlineData(AdminRole, GuildPower.None, GuildRole.Admin)]
    [InlineData(77ul, GuildPower.None, GuildRole.None)]
    [InlineData(null, GuildPower.ManagesGuild, GuildRole.None)]
    [InlineData(null, GuildPower.Administrator, GuildRole.Admin)]
    public void RoleOf_Member_IsTheHighestTheyHave(ulong? role, GuildPower power, GuildRole expected) =>
        Access.RoleOf(Member(role, power), Settings).ShouldBe(expected);

    [Fact]
    public void RoleOf_RolesUnset_AdmitNobodyButAdministrators()
    {
        var unset = Settings with { Viewer = null, Operator = null, Admin = null };

        Access.RoleOf(Member(ViewerRole, GuildPower.None), unset).ShouldBe(GuildRole.None);
        Access.RoleOf(Member(null, GuildPower.Administrator), unset).ShouldBe(GuildRole.Admin);
    }

    [Fact]
    public void RoleOf_ViewerIsEveryone_AdmitsAnybodyOfTheGuild() =>
        Access.RoleOf(Member(null, GuildPower.None), Settings with { Viewer = Guild }).ShouldBe(GuildRole.Viewer);

    [Fact]
    public void Decide_GuildNotAllowed_RefusesEvenItsAdministrator()
    {
        foreach (var act in Enum.GetValues<GuildAct>())
        {
            Access.Decide(Member(AdminRole, GuildPower.Administrator), Settings with { IsAllowed = false }, act, GuildRole.Viewer, ServerReach.Home)
                .ShouldBeOfType<AccessDecision.Refused>().Fault.ShouldBe(AccessFault.GuildNotAllowed);
        }
    }

    [Theory]
    [InlineData(RestorePolicy.Admins, OperatorRole, false, false)]
    [InlineData(RestorePolicy.Admins, AdminRole, true, false)]
    [InlineData(RestorePolicy.Operators, OperatorRole, true, false)]
    [InlineData(RestorePolicy.Operators, ViewerRole, false, false)]
    [InlineData(RestorePolicy.TwoOperators, OperatorRole, false, true)]
    [InlineData(RestorePolicy.TwoOperators, AdminRole, true, false)]
    public void Decide_Restore_FollowsThePolicy(RestorePolicy policy, ulong role, bool granted, bool second)
    {
        var decision = Access.Decide(Member(role, GuildPower.None), Settings with { Restore = policy }, GuildAct.Restore, GuildRole.Admin, ServerReach.Home);

        (decision is AccessDecision.Granted).ShouldBe(granted);
        (decision is AccessDecision.NeedsSecond).ShouldBe(second);
    }

    [Fact]
    public void Decide_Settings_AreTheGuildsManagersToo()
    {
        Access.Decide(Member(null, GuildPower.ManagesGuild), Settings, GuildAct.Settings, GuildRole.Admin, ServerReach.Home).ShouldBeOfType<AccessDecision.Granted>();
        Access.Decide(Member(OperatorRole, GuildPower.None), Settings, GuildAct.Settings, GuildRole.Admin, ServerReach.Home).ShouldBeOfType<AccessDecision.Refused>();
    }

    [Fact]
    public void Decide_ServerOfAnotherGuild_IsNotThereForAnybody() =>
        Access.Decide(Member(null, GuildPower.Administrator), Settings, GuildAct.Ordinary, GuildRole.Viewer, ServerReach.Elsewhere)
            .ShouldBe(new AccessDecision.Refused(AccessFault.Elsewhere, GuildRole.Admin, GuildRole.Viewer));

    [Fact]
    public void Decide_GuestServer_ShowsItsStateOnly()
    {
        var admin = Member(AdminRole, GuildPower.None);
        Access.Decide(admin, Settings, GuildAct.Ordinary, GuildRole.Viewer, ServerReach.Guest).ShouldBeOfType<AccessDecision.Granted>();
        Access.Decide(admin, Settings, GuildAct.Ordinary, GuildRole.Operator, ServerReach.Guest).ShouldBeOfType<AccessDecision.Refused>().Fault.ShouldBe(AccessFault.GuestOnly);
    }

    /// <summary>Nobody below the needed role ever gets through, whatever else is true.</summary>
    [Fact]
    public void Decide_EveryCombination_GrantsNobodyTooLow()
    {
        foreach (var role in (ulong?[])[null, ViewerRole, OperatorRole, AdminRole])
            foreach (var needed in (GuildRole[])[GuildRole.Viewer, GuildRole.Operator, GuildRole.Admin])
                foreach (var reach in Enum.GetValues<ServerReach>())
                    foreach (var allowed in (bool[])[true, false])
                    {
                        var member = Member(role, GuildPower.None);
                        var settings = Settings with { IsAllowed = allowed };
                        var granted = Access.Decide(member, settings, GuildAct.Ordinary, needed, reach) is AccessDecision.Granted;
                        granted.ShouldBe(allowed && Access.RoleOf(member, settings) >= needed
                            && (reach == ServerReach.Home || (reach == ServerReach.Guest && needed == GuildRole.Viewer)));
                    }
    }

    private static GuildMember Member(ulong? role, GuildPower power) => new(9, role is { } id ? [id] : [], power);
}
