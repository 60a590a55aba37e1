using Steward.Connectors.GitHub;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubCommentTests : GitHubTest
{
    private GitHubComments Comments => Get<GitHubComments>();

    [Fact]
    public async Task A_comment_is_written_once_and_then_edited()
    {
        var number = GitHub.AddPullRequest();

        var first = await PutAsync(number, "Deploying. token=abcdefgh");
        var second = await PutAsync(number, "Deployed.");

        Assert.Equal(first, second);
        var comment = Assert.Single(GitHub.Comments(number));
        Assert.True(comment.IsEdited);
        Assert.StartsWith("Deployed.", comment.Body, StringComparison.Ordinal);
        Assert.Equal(["CreateComment", "UpdateComment"], Mutations);
    }

    [Fact]
    public async Task What_is_there_already_is_not_sent_again()
    {
        var number = GitHub.AddPullRequest();
        await PutAsync(number, "Deployed.");
        await PutAsync(number, "Deployed.");

        Assert.Equal(["CreateComment"], Mutations);
    }

    [Fact]
    public async Task Secrets_stay_here()
    {
        var number = GitHub.AddPullRequest();
        await PutAsync(number, $"It said {Options.GitHubToken} and password=hunter22.");

        Assert.DoesNotContain("hunter22", GitHub.Comments(number)[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Options.GitHubToken, GitHub.Comments(number)[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_comment_with_our_marker_is_left_alone()
    {
        var number = GitHub.AddPullRequest();
        GitHub.AddComment(number, "<!-- steward:deploy -->", "stranger");

        await PutAsync(number, "Deployed.");

        Assert.Equal(2, GitHub.Comments(number).Count);
        Assert.DoesNotContain(GitHub.Comments(number), comment => comment.IsEdited);
    }

    [Fact]
    public async Task Whether_a_text_arrived_can_be_asked_when_the_answer_was_lost()
    {
        var number = GitHub.AddPullRequest();
        World.Faults.Add(Fault.DropBeforeEffect, Systems.GitHub, "CreateComment", times: 1);
        World.Faults.Add(Fault.DropAfterEffect, Systems.GitHub, "CreateComment", times: 1);

        await Assert.ThrowsAsync<ConnectorException>(() => PutAsync(number, "Deployed."));
        Assert.False(await Comments.IsThereAsync(Repo, number, "deploy", "Deployed.", Ending));
        await Assert.ThrowsAsync<ConnectorException>(() => PutAsync(number, "Deployed."));

        Assert.True(await Comments.IsThereAsync(Repo, number, "deploy", "Deployed.", Ending));
        Assert.False(await Comments.IsThereAsync(Repo, number, "deploy", "Deployed", Ending));
        Assert.False(await Comments.IsThereAsync(Repo, number, "other", "Deployed.", Ending));
    }

    private async Task<long> PutAsync(int number, string body) =>
        await Comments.PutAsync(await PermittedAsync(Calls.PutComment(Repo, number, "deploy", body)), Repo, number, "deploy", body, Ending);
}
