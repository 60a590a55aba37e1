using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Steward.Server.Tests.Agents;

/// <summary>Pages for browsers: good ones, and those that do what no page should.</summary>
internal static class BrowserPages
{
    /// <summary>Maps them.</summary>
    /// <param name="pages">Where.</param>
    /// <param name="server">The port of Steward itself, which no page is to reach.</param>
    public static void Map(WebApplication pages, Func<int> server)
    {
        Page("made", "<title>Made</title><script>document.body ?? document.documentElement.append(document.createElement('body')); document.body.innerHTML = '<h1>Made by a script</h1>';</script>");
        Page("form", """
            <title>Form</title>
            <form action="/greet" method="post" target="_blank">
              <label>Name <input name="name"></label><label>Colour <select name="colour"><option value="r">Red</option><option value="b">Blue</option></select></label>
              <label><input type="checkbox" name="loud"> Loud</label><button>Send</button>
            </form>
            """);
        pages.MapPost("/greet", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            return Html($"<title>Greeting</title><p>Hello {form["name"]}, {form["colour"]}, {(form["loud"] == "on" ? "loud" : "quiet")}</p>");
        });
        Page("late", "<body>soon<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p id=late>here now</p>'), 200)</script>");
        Page("tree", "<title>Tree</title><h1>Shop</h1><nav><a href=/made>Go</a></nav><label>E-mail <input value='a@example.org'></label><button disabled>Buy</button>");
        Page("tall", "<body style='margin:0'><div style='height:3000px;background:linear-gradient(red,blue)'>tall</div>");
        Page("covered", "<button id=under>under</button><div style='position:fixed;inset:0;background:white'></div><i id=hidden style='display:none'>x</i>");
        pages.MapGet("/away", (string to) => Results.Redirect(to));
        pages.MapGet("/cookie", (HttpContext context) =>
        {
            var had = context.Request.Cookies["visited"] ?? "none";
            context.Response.Cookies.Append("visited", "yes", new CookieOptions { MaxAge = TimeSpan.FromDays(1) });
            return Html($"<p>had {had}</p>");
        });
        pages.MapGet("/reach", (HttpRequest request) => Html(string.Create(CultureInfo.InvariantCulture, $$"""
            <body>trying<img src="http://127.0.0.2:{{request.Host.Port}}/breach"><img src="https://127.0.0.3:{{request.Host.Port}}/breach">
            <script>
              const socket = new Promise(done => { const one = new WebSocket('ws://127.0.0.4:{{request.Host.Port}}/breach'); one.onopen = () => done('open'); one.onerror = () => done('closed'); });
              const ask = url => fetch(url, { mode: 'no-cors' }).then(answer => answer.text()).catch(() => 'failed');
              Promise.all([socket, ask('http://127.0.0.1:{{request.Host.Port}}/breach'), ask('http://127.0.0.1:{{server()}}/health'), ask('http://169.254.169.254/'), ask('http://127.0.0.5:3128/')])
                .then(all => document.body.append(' settled ' + all[0]));
            </script>
            """)));
        Page("alerts", "<title>Alerts</title><p>told</p><script>for (let n = 0; n < 50; n++) { alert(n); } confirm('x'); prompt('y'); window.open('/made'); document.title = 'Past them'; onbeforeunload = () => 'stay';</script>");
        Page("alert-loop", "<script>while (true) { alert('again'); }</script>");
        Page("spin", "<p>spinning</p><script>setTimeout(() => { while (true) { } }, 1500)</script>");
        Page("giant", "<body><script>const line = 'word '.repeat(200); for (let n = 0; n < 2000; n++) { document.body.append(Object.assign(document.createElement('p'), { textContent: line })); }</script>");
        Page("hungry", "<body>eating<script>const all = []; setInterval(() => { for (let n = 0; n < 8; n++) { const one = new Uint8Array(16 << 20); one.fill(1); all.push(one); } }, 10)</script>");
        pages.MapGet("/endless", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<title>Endless</title><p>the beginning</p>" + new string(' ', 2000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        pages.MapGet("/file", () => Results.File("x"u8.ToArray(), "application/octet-stream", "x.bin"));

        void Page(string path, string html) => pages.MapGet($"/{path}", () => Html(html));
    }

    private static IResult Html(string html) => Results.Content($"<!doctype html>{html}", "text/html; charset=utf-8");
}
