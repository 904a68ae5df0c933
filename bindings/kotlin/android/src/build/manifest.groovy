// Puts this module's manifest into the tests' app's, by Android's own merger, as Gradle does for an app.
import com.android.manifmerger.ManifestMerger2
import com.android.manifmerger.MergingReport
import com.android.utils.StdLogger

def source = { new File(project.basedir, "src/${it}/AndroidManifest.xml") }
def report = ManifestMerger2.newMerger(source('test'), new StdLogger(StdLogger.Level.WARNING), ManifestMerger2.MergeType.APPLICATION)
    .addLibraryManifest(source('main'))
    .setPlaceHolderValue('portcullisRedirectScheme', project.properties['portcullisRedirectScheme'])
    .merge()
if (report.result.error) fail("the manifests do not merge: ${report.reportString}")
def merged = report.getMergedDocument(MergingReport.MergedManifestKind.MERGED)
new File(project.build.directory, 'AndroidManifest.xml').setText(merged, 'UTF-8')
