using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.Web;

/// <summary>The exact calls to web servers that may change something there.</summary>
public sealed class WebCalls(Redactor redactor)
{
    /// <summary>Sends something to a web server.</summary>
    public const string PostAction = "http.post";

    /// <summary>Clicks at something on a page, which may send something.</summary>
    public const string ClickAction = "browser.click";

    /// <summary>Fills in a field of a page.</summary>
    public const string FillAction = "browser.fill";

    /// <summary>Click at something on a page.</summary>
    public Call Click(Uri page, string selector) => new(ClickAction, $"host/{page.Host}", new JsonObject { ["page"] = redactor.Redact(page.OriginalString), ["selector"] = redactor.Redact(selector) });

    /// <summary>Fill in a field. The call holds the length and the SHA-256 of the value in place of its words.</summary>
    public Call Fill(Uri page, string selector, string value) => new(FillAction, $"host/{page.Host}", new JsonObject
    {
        ["page"] = redactor.Redact(page.OriginalString),
        ["selector"] = redactor.Redact(selector),
        ["characters"] = value.Length,
        ["sha256"] = TextHash.Of(value),
    });

    /// <summary>Send something. The call holds the length and the SHA-256 of the body in place of its words.</summary>
    public Call Post(WebPost post) => new(PostAction, $"host/{post.Url.Host}", new JsonObject
    {
        ["url"] = redactor.Redact(post.Url.OriginalString),
        ["contentType"] = post.ContentType,
        ["characters"] = post.Body.Length,
        ["sha256"] = TextHash.Of(post.Body),
    });
}
