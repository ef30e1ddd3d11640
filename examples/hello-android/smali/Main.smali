# The only screen: a text view that shows the string resource "greeting".
.class public Lorg/example/hallmark/hello/Main;
.super Landroid/app/Activity;

.method public constructor <init>()V
    .registers 1
    invoke-direct {p0}, Landroid/app/Activity;-><init>()V
    return-void
.end method

.method protected onCreate(Landroid/os/Bundle;)V
    .registers 7
    invoke-super {p0, p1}, Landroid/app/Activity;->onCreate(Landroid/os/Bundle;)V

    # Looked up by name, so that no resource number stands in the source.
    invoke-virtual {p0}, Lorg/example/hallmark/hello/Main;->getResources()Landroid/content/res/Resources;
    move-result-object v0
    const-string v1, "greeting"
    const-string v2, "string"
    invoke-virtual {p0}, Lorg/example/hallmark/hello/Main;->getPackageName()Ljava/lang/String;
    move-result-object v3
    invoke-virtual {v0, v1, v2, v3}, Landroid/content/res/Resources;->getIdentifier(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;)I
    move-result v0

    new-instance v1, Landroid/widget/TextView;
    invoke-direct {v1, p0}, Landroid/widget/TextView;-><init>(Landroid/content/Context;)V
    invoke-virtual {v1, v0}, Landroid/widget/TextView;->setText(I)V
    invoke-virtual {p0, v1}, Lorg/example/hallmark/hello/Main;->setContentView(Landroid/view/View;)V
    return-void
.end method
